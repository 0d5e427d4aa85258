import { fail } from '@tabwright/protocol'
import { t } from '../language'
import type { IncomingFiles } from './incoming'

/** Browsers that let a page write to a folder of the disk. Elsewhere a folder is chosen in the upload dialog, and its files are copied. */
interface Picking {
  readonly isSecureContext?: boolean
  readonly showDirectoryPicker?: (options: { readonly id: string; readonly mode: 'read' }) => Promise<FileSystemDirectoryHandle>
}

/** Whether a folder that is opened here can be written back to. */
export function canLinkFolders(page: Picking = globalThis): boolean {
  return page.showDirectoryPicker !== undefined
}

/** What opening a folder means in this browser, in words. */
export function folderWords(canLink: boolean): string {
  return canLink
    ? t('Changes to a folder stay here until you write them back to it.')
    : t('The files of a folder are copied: this browser does not let a page write back to one.')
}

/** Asks the person for a folder, only to read. Undefined: they chose none. @throws FailureError when the browser refuses the folder */
export async function pickFolder(page: Picking = globalThis): Promise<IncomingFiles | undefined> {
  try {
    const folder = await page.showDirectoryPicker?.({ id: 'project', mode: 'read' })
    return folder && { type: 'folder', name: folder.name, folder }
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined
    if (!(error instanceof DOMException)) throw error
    return fail(
      'not_permitted',
      t('The browser did not let this page at that folder. Nothing was imported; choose another, or a folder inside of it.'),
    )
  }
}

/** A dropped part that can be had as a folder of the disk. */
interface Droppable {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>
}

/** The one folder that was dropped, to be linked to; undefined where the browser has none to give. To be called while the drop is handled. */
export async function linkableFolder(items: readonly object[]): Promise<FileSystemDirectoryHandle | undefined> {
  const [handle] = await Promise.all(items.map(async (item: Droppable) => item.getAsFileSystemHandle?.()))
  return handle && isFolder(handle) ? handle : undefined
}

const isFolder = (handle: FileSystemHandle): handle is FileSystemDirectoryHandle => handle.kind === 'directory'
