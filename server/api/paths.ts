/** Whether a path, of a request or of a route, is of the API. The router minds no case either. */
export function isApiPath(path: string): boolean {
  return /^\/?api(?![^/?#])/i.test(path);
}

/** Whether what is answered there may be somebody's: all but the document and the page that shows it. */
export function isApiData(path: string): boolean {
  return isApiPath(path) && !/^\/api\/(docs|openapi\.json)(?![^/?#])/i.test(path);
}
