import { PREVIEW_FILES, previewOrigin } from '@tabwright/protocol'

/** Whether this page's server gives previews names of their own. */
export async function hasPreviews(): Promise<boolean> {
  if (previewOrigin(location, '0'.repeat(32)) === undefined) return false
  const shell = await fetch(PREVIEW_FILES.shell, { method: 'HEAD' }).catch(() => undefined)
  return shell?.headers.get('cross-origin-resource-policy') === 'cross-origin'
}
