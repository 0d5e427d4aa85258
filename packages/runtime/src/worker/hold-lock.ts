/** A name that is free again the moment this worker dies, whatever killed it. */
export function holdLock(name: string): Promise<boolean> {
  const platform: { readonly navigator?: { readonly locks?: LockManager } } = globalThis
  const locks = platform.navigator?.locks
  if (!locks) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    locks
      .request(name, () => {
        resolve(true)
        return new Promise<never>(() => undefined)
      })
      .catch(reject)
  })
}
