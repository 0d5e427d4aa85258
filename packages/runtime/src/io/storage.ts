/** What this browser grants the site. The same shape as the page's `StorageState`. */
export type StorageUse =
  | { readonly type: 'kept'; readonly used: number; readonly quota: number; readonly persisted: boolean; readonly full?: string }
  | { readonly type: 'off'; readonly reason: string }

/** Bytes used and granted, and whether the browser promised not to evict them. All zero where the browser does not say. */
async function storageUse(): Promise<StorageUse> {
  const platform: { readonly navigator?: { readonly storage?: Pick<StorageManager, 'estimate' | 'persisted'> } } = globalThis
  const storage = platform.navigator?.storage
  if (!storage) return { type: 'kept', used: 0, quota: 0, persisted: false }
  const [{ usage = 0, quota = 0 }, persisted] = await Promise.all([storage.estimate(), storage.persisted()])
  return { type: 'kept', used: usage, quota, persisted }
}

const FULL =
  'Storage is full. Nothing written is lost, but nothing new begins until there is room: delete old sessions, or export them first. A mirror keeps a copy elsewhere.'

/** @param isSpent the room that was kept for the end of what runs is in use */
export async function storageUseWith(isSpent: () => Promise<boolean>): Promise<StorageUse> {
  const [use, spent] = await Promise.all([storageUse(), isSpent()])
  return use.type === 'kept' && spent ? { ...use, full: FULL } : use
}
