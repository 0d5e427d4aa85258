/**
 * Asks the browser not to evict this site's data; true when it agreed. To be called after the first turn that ended, because browsers
 * judge by use and may ask the person. Only a page can ask, a worker cannot.
 */
export async function askToKeep(): Promise<boolean> {
  const platform: { readonly storage?: StorageManager } = navigator
  if (!platform.storage) return false
  return (await platform.storage.persisted()) || platform.storage.persist()
}
