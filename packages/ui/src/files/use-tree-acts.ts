import { failureOf, type FilesWish } from '@tabwright/protocol'
import { useState } from 'react'
import { t } from '../language'
import type { OutgoingFiles } from '../transfer/incoming'
import type { FileSource } from './file-source'
import type { TreeMenuActs } from './tree-menu'
import { bare, copyPath, filesIn, nameOf, type TreeWish } from './tree-wish'

/** What the page does for the tree. */
export interface TreePage {
  readonly onExport: (what: OutgoingFiles) => void
  /** Puts the name of a file or folder into the message box. */
  readonly onMention: (path: string) => void
  /** A short word; with a way to take back what was done. */
  readonly onSay: (text: string, undo?: () => Promise<void>) => void
}

interface TreeActsOptions extends TreePage {
  readonly source: Pick<FileSource, 'saveFile' | 'changeFiles' | 'undoFiles'>
  /** Of folders that are kept by themselves too, ending in `/`. */
  readonly paths: readonly string[]
  readonly existing: ReadonlySet<string>
  readonly onOpen: (path: string) => void
}

/** What the tree's menu, keys and fields do. */
export interface TreeActs extends TreeMenuActs {
  /** What the person is asked now. */
  readonly asked: TreeWish | undefined
  readonly dismiss: () => void
  /** The asked path. @throws FailureError */
  readonly answer: (path: string) => Promise<void>
  /** The asked folder goes. */
  readonly confirm: () => void
}

/** Does what is wished in the tree; what failed is said. */
export function useTreeActs({ source, paths, existing, onOpen, ...page }: TreeActsOptions): TreeActs {
  const [asked, setAsked] = useState<TreeWish>()
  const change = async (wish: FilesWish, said?: string): Promise<void> => {
    const changes = await source.changeFiles(wish)
    if (said !== undefined) page.onSay(said, () => source.undoFiles(changes))
  }
  const attempt = (work: Promise<void>): void => {
    work.catch((thrown: unknown) => page.onSay(failureOf(thrown).message))
  }
  const removeNow = (path: string): void => attempt(change({ type: 'remove', path }, t('Deleted {path}.', { path })))
  return {
    asked,
    ask: setAsked,
    dismiss: () => setAsked(undefined),
    answer: async (path) => {
      if (asked?.type === 'new-folder') return change({ type: 'folder', path })
      if (asked?.type === 'rename')
        return change({ type: 'move', from: asked.path, to: path }, t('Renamed {from} to {to}.', { from: bare(asked.path), to: path }))
      await source.saveFile(path, '', 0)
      onOpen(path)
    },
    confirm: () => {
      setAsked(undefined)
      if (asked?.type === 'remove') removeNow(asked.path)
    },
    duplicate: (path) => attempt(change({ type: 'copy', from: path, to: copyPath(path, existing) })),
    remove: (path) => (path.endsWith('/') ? setAsked({ type: 'remove', path, files: filesIn(path, paths) }) : removeNow(path)),
    copyPath: (path) => {
      navigator.clipboard.writeText(bare(path)).then(
        () => page.onSay(t('Copied {path}.', { path: nameOf(path) })),
        () => page.onSay(t('The browser refused to copy')),
      )
    },
    onExport: page.onExport,
    onMention: page.onMention,
  }
}
