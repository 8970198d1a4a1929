import type { LitElement } from 'lit';
import type { Problem } from '@switchboard/client';

/*
 * What is not needed at the first look is loaded when it is. An element's tag may stand in the page before: it takes the properties that it
 * was given once it is defined.
 */

/** Loads the code of an element; the problem where that fails, null otherwise. */
export async function loaded(load: () => Promise<unknown>): Promise<Problem | null> {
  try {
    await load();
    return null;
  } catch {
    return { code: 'client.unreachable', message: '' };
  }
}

/** The element of a tag whose code has been loaded, once it has rendered. */
export async function rendered<T extends keyof HTMLElementTagNameMap>(
  root: ParentNode,
  tag: T,
): Promise<HTMLElementTagNameMap[T] | null> {
  await customElements.whenDefined(tag);
  const element = root.querySelector(tag);
  if (element !== null && 'updateComplete' in element) await (element as unknown as LitElement).updateComplete;
  return element;
}
