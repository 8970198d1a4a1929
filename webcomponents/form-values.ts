/** Reads the fields of a form by their names. One that is not there, or is a file, reads as nothing. */
export function valuesOf(form: HTMLFormElement): (name: string) => string {
  const given = new FormData(form);
  return (name) => {
    const value = given.get(name);
    return typeof value === 'string' ? value : '';
  };
}
