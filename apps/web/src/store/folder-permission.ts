/** What Chromium adds to a handle of the disk; a handle without it needs no permission. */
interface Guarded {
  readonly name: string
  queryPermission?(wanted: { readonly mode: 'read' | 'readwrite' }): Promise<PermissionState>
  requestPermission?(wanted: { readonly mode: 'read' | 'readwrite' }): Promise<PermissionState>
}

/** The browser forgot what the person allowed: not even reading goes without asking. */
export async function isAsleep(handle: Guarded): Promise<boolean> {
  return (await handle.queryPermission?.({ mode: 'read' })) === 'prompt'
}

/** Asks the person for the permission to write; to be called from a press of theirs. */
export const mayWrite = (handle: Guarded): Promise<boolean> => allowed(handle, 'readwrite')

/** Asks for the permission to read, where the browser forgot it; to be called from a press. */
export const mayRead = (handle: Guarded): Promise<boolean> => allowed(handle, 'read')

async function allowed(handle: Guarded, mode: 'read' | 'readwrite'): Promise<boolean> {
  return handle.requestPermission === undefined || (await handle.requestPermission({ mode })) === 'granted'
}
