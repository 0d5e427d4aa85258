import { t } from '../language'
import type { MenuEntry } from '../layout/menu-button'
import { outgoingAt, type OutgoingFiles } from '../transfer/incoming'
import { folderAbove, nameOf, type TreeWish } from './tree-wish'

/** What the entries of a menu do. */
export interface TreeMenuActs {
  readonly ask: (wish: TreeWish) => void
  readonly duplicate: (path: string) => void
  readonly remove: (path: string) => void
  readonly copyPath: (path: string) => void
  readonly onExport: (what: OutgoingFiles) => void
  readonly onMention: (path: string) => void
}

/** What can be done with a file or folder of the tree; a folder's path ends in `/`. */
export function treeMenu(path: string, readOnly: boolean, acts: TreeMenuActs): readonly MenuEntry[] {
  const isFolder = path.endsWith('/')
  const folder = isFolder ? path : folderAbove(path)
  const making: readonly MenuEntry[] = [
    { id: 'new-file', label: t('New file…'), onPick: () => acts.ask({ type: 'new-file', folder }) },
    { id: 'new-folder', label: t('New folder…'), onPick: () => acts.ask({ type: 'new-folder', folder }) },
    { id: 'rename', label: t('Rename…'), onPick: () => acts.ask({ type: 'rename', path }) },
    { id: 'duplicate', label: t('Duplicate'), onPick: () => acts.duplicate(path) },
  ]
  const [what] = outgoingAt(path)
  const name = nameOf(path)
  return [
    ...(readOnly ? [] : making),
    ...(what === undefined
      ? []
      : [
          {
            id: 'download',
            label: isFolder ? t('Download {path}/ (zip)', { path: name }) : t('Download {path}', { path: name }),
            onPick: () => acts.onExport(what),
          },
        ]),
    { id: 'copy-path', label: t('Copy path'), onPick: () => acts.copyPath(path) },
    { id: 'mention', label: t('Mention in chat'), onPick: () => acts.onMention(path) },
    ...(readOnly ? [] : [{ id: 'remove', label: t('Delete'), danger: true, onPick: () => acts.remove(path) }]),
  ]
}
