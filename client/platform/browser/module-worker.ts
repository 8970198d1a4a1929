/**
 * Starts a module worker from any origin. A worker must be of the page's own; a script in a blob is, and it may import the
 * real one, served with CORS headers. The page's policy then has to allow `worker-src blob:`.
 *
 * @returns the worker, and a function that gives the blob's memory back: call it once the worker runs or has failed.
 */
export function startModuleWorker(url: URL, name: string): { worker: Worker; release: () => void } {
  if (url.origin === location.origin) {
    return { worker: new Worker(url, { type: 'module', name }), release: () => undefined };
  }
  const script = new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' });
  const blobUrl = URL.createObjectURL(script);
  return {
    worker: new Worker(blobUrl, { type: 'module', name }),
    release: () => URL.revokeObjectURL(blobUrl),
  };
}
