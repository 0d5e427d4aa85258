import { hotkeysCoreFeature, syncDataLoaderFeature, type ItemInstance } from '@headless-tree/core'
import { useTree } from '@headless-tree/react'
import { ChevronRight } from 'lucide-react'
import { type JSX, type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { VList, type VListHandle } from 'virtua'
import { t, type Phrase } from '../language'
import { Visible } from '../approvals/exact-request'
import { type FileTree, fileId, foldersAbove, type Marks, pathOf, ROOT, type TreeNode, typeahead } from './file-tree'
import css from './files.module.css'

/** What the pane asks of the tree from outside. */
export interface TreeViewHandle {
  /** Opens the folders above a path. */
  reveal(path: string): void
  /** The folder that the focus is in, ending in `/`, or empty at the top. */
  focusedFolder(): string
}

export interface TreeViewProps {
  readonly tree: FileTree
  readonly marks: Marks
  /** All folders open and none to be closed, as a filter wants it. What the person opened comes back afterwards. */
  readonly allOpen: boolean
  /** The file in the editor. */
  readonly active: string | undefined
  readonly onOpen: (path: string) => void
  /** The focus went to this path; a folder's ends in `/`. */
  readonly onFocus: (path: string) => void
  /** Its menu is asked for, with the pointer or the key for it. */
  readonly onMenu: (path: string, at: { readonly x: number; readonly y: number }) => void
  /** F2 */
  readonly onRename: (path: string) => void
  /** Delete */
  readonly onRemove: (path: string) => void
  readonly ref?: Ref<TreeViewHandle>
}

const NOTHING: TreeNode = { id: '', name: '', children: [], folder: false }

/** Letters typed within this belong to one name. */
const TYPING_MS = 700

/** The tree of files, virtualised: a role `tree` named Files with arrow keys, Home, End, Enter and typing. */
export function TreeView({ tree, marks, allOpen, active, ref, ...on }: TreeViewProps): JSX.Element {
  const list = useRef<VListHandle>(null)
  const [expanded, setExpanded] = useState<string[]>([])
  const [focused, setFocused] = useState<string | null>(null)
  // The same array as long as nothing changed: headless-tree builds everything anew for another one.
  const every = useMemo(
    () => (allOpen ? [...tree.values()].filter((node) => node.folder).map((node) => node.id) : undefined),
    [allOpen, tree],
  )
  const view = useTree<TreeNode>({
    rootItemId: ROOT,
    // A focused row that a filter took away would leave the tree without any row to tab to.
    state: { expandedItems: every ?? expanded, focusedItem: focused !== null && tree.has(focused) ? focused : null },
    setExpandedItems: (next) => {
      if (!allOpen) setExpanded(next)
    },
    setFocusedItem: (next) => {
      setFocused(next)
      if (typeof next === 'string') on.onFocus(pathOf(next))
    },
    getItemName: (item) => item.getItemData().name,
    isItemFolder: (item) => item.getItemData().folder,
    dataLoader: { getItem: (id) => tree.get(id) ?? NOTHING, getChildren: (id) => [...(tree.get(id)?.children ?? [])] },
    onPrimaryAction: (item) => {
      if (!item.getItemData().folder) on.onOpen(pathOf(item.getId()))
    },
    scrollToItem: (item) => list.current?.scrollToIndex(item.getItemMeta().index, { align: 'nearest' }),
    features: [syncDataLoaderFeature, hotkeysCoreFeature],
  })

  useEffect(() => view.rebuildTree(), [view, tree, allOpen])

  useImperativeHandle(ref, () => ({
    reveal: (path) => setExpanded((now) => [...new Set([...now, ...foldersAbove(path)])]),
    focusedFolder: () => folderOf(focused === null ? (active ?? '') : pathOf(focused)),
  }))

  const items = view.getItems().filter((item) => tree.has(item.getId()))
  const onTyped = useTypeahead(items, () => view.updateDomFocus())
  const onKeyDown = (event: KeyboardEvent): void => {
    const item = items.find((one) => one.isFocused())
    const act = event.key === 'F2' ? on.onRename : event.key === 'Delete' ? on.onRemove : undefined
    if (act === undefined && event.key !== 'Enter' && event.key !== ' ') return onTyped(event)
    event.preventDefault()
    if (act !== undefined) return item && act(pathOf(item.getId()))
    if (item?.isFolder() === true) toggle(item)
    else item?.primaryAction()
  }

  return (
    <div {...view.getContainerProps(t('Files'))} data-testid="files" className={css.tree} onKeyDown={onKeyDown}>
      <VList ref={list} data={items} itemSize={26} bufferSize={260} className={css.list} role="group" tabIndex={-1}>
        {(item) => (
          <TreeRow
            key={item.getId()}
            item={item}
            mark={marks.get(item.getId())}
            active={active !== undefined && item.getId() === fileId(active)}
            onMenu={on.onMenu}
          />
        )}
      </VList>
    </div>
  )
}

function toggle(item: ItemInstance<TreeNode>): void {
  if (item.isExpanded()) item.collapse()
  else item.expand()
}

/** The folder of a path, ending in `/`: itself when it is one. */
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

function useTypeahead(items: readonly ItemInstance<TreeNode>[], focus: () => void): (event: KeyboardEvent) => void {
  const typed = useRef({ text: '', at: 0 })
  return (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return
    const text = event.timeStamp - typed.current.at < TYPING_MS ? typed.current.text + event.key : event.key
    typed.current = { text, at: event.timeStamp }
    const from = items.findIndex((item) => item.isFocused())
    const names = items.map((item) => item.getItemName())
    const found = items[typeahead(names, from, text)]
    event.preventDefault()
    if (found === undefined) return
    found.setFocused()
    focus()
  }
}

const LETTERS = { renamed: 'R', added: 'A', modified: 'M', deleted: 'D', inside: '•' } as const
const WORDS: Readonly<Record<keyof typeof LETTERS, Phrase>> = {
  renamed: 'renamed',
  added: 'added',
  modified: 'modified',
  deleted: 'deleted',
  inside: 'holds changes',
}

interface TreeRowProps {
  readonly item: ItemInstance<TreeNode>
  readonly mark: keyof typeof LETTERS | undefined
  readonly active: boolean
  readonly onMenu: TreeViewProps['onMenu']
}

function TreeRow({ item, mark, active, onMenu }: TreeRowProps): JSX.Element {
  const { level } = item.getItemMeta()
  const name = item.getItemName()
  return (
    <div
      {...item.getProps()}
      aria-label={mark === undefined ? name : `${name}, ${t(WORDS[mark])}`}
      aria-selected={active}
      title={pathOf(item.getId())}
      className={css.row}
      data-path={item.getId()}
      data-mark={mark}
      onContextMenu={(event) => {
        event.preventDefault()
        item.setFocused()
        // Asked for by its key it stands below the line.
        const { left, bottom } = event.currentTarget.getBoundingClientRect()
        const isByKey = event.clientX === 0 && event.clientY === 0
        onMenu(pathOf(item.getId()), isByKey ? { x: left + 24, y: bottom } : { x: event.clientX, y: event.clientY })
      }}
      style={{ paddingInlineStart: `${level * 14 + 8}px` }}
    >
      {item.isFolder() ? (
        <ChevronRight size={14} aria-hidden="true" className={css.chevron} data-open={item.isExpanded()} />
      ) : (
        <span className={css.chevron} />
      )}
      <bdi className={css.name}>
        <Visible text={name} />
      </bdi>
      {mark !== undefined && <span className={css.mark} data-letter={LETTERS[mark]} />}
    </div>
  )
}
