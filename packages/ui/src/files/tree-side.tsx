import type { FileReview } from '@tabwright/protocol'
import { FilePlus2, MoreHorizontal, Search, TextSearch } from 'lucide-react'
import { type JSX, type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { t } from '../language'
import { IconButton } from '../layout/icon-button'
import { MenuButton } from '../layout/menu-button'
import { PointMenu } from '../layout/point-menu'
import { DeleteFolder } from './delete-folder'
import type { FileSource } from './file-source'
import { changeMarks, fileTree, filterPaths } from './file-tree'
import css from './files.module.css'
import { PathField } from './path-field'
import { treeMenu } from './tree-menu'
import { TreeView, type TreeViewHandle } from './tree-view'
import { bare, nameOf, rowOf, stemOf, type TreeWish } from './tree-wish'
import type { FileListState } from './use-file-list'
import { useTreeActs, type TreeActs, type TreePage } from './use-tree-acts'

export interface TreeSideProps extends TreePage {
  readonly source: FileSource
  readonly list: FileListState
  /** For the letters in the tree. */
  readonly changes: readonly FileReview[]
  readonly readOnly: boolean
  /** The file in the editor. */
  readonly active: string | undefined
  readonly onOpen: (path: string) => void
  /** The file or folder that the focus is on. */
  readonly focused: string | undefined
  /** The focus went to this path; a folder's ends in `/`. */
  readonly onFocus: (path: string) => void
  /** Asks for the search in contents. */
  readonly onSearch: () => void
  /** More buttons of the line above the tree. */
  readonly children: ReactNode
}

const NO_PATHS: readonly string[] = []

interface AskedMenu {
  readonly path: string
  readonly at: { readonly x: number; readonly y: number }
}

/** The tree of files with its filter, its menu and what makes new ones. */
export function TreeSide({ source, list, changes, readOnly, active, focused, children, ...on }: TreeSideProps): JSX.Element {
  const [filter, setFilter] = useState('')
  const wanted = useDeferredValue(filter)
  const [menu, setMenu] = useState<AskedMenu>()
  const tree = useRef<TreeViewHandle>(null)
  const paths = list.type === 'ready' ? list.paths : NO_PATHS
  const shown = useMemo(() => filterPaths(paths, wanted), [paths, wanted])
  const nodes = useMemo(() => fileTree(shown), [shown])
  const marks = useMemo(() => changeMarks(changes), [changes])
  const existing = useMemo(() => new Set(paths.map(bare)), [paths])
  const acts = useTreeActs({ source, paths, existing, ...on })
  const here = focused ?? active

  useEffect(() => {
    if (active !== undefined) tree.current?.reveal(active)
  }, [active])

  return (
    <>
      <div className={css.tools}>
        <label className={css.filter}>
          <Search size={14} aria-hidden="true" />
          <input
            type="search"
            aria-label={t('Filter files')}
            placeholder={t('Filter')}
            spellCheck={false}
            className={css.filterInput}
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
        </label>
        <IconButton label={t('Search in files')} onPress={on.onSearch}>
          <TextSearch size={16} />
        </IconButton>
        <IconButton
          label={t('New file')}
          disabled={readOnly}
          onPress={() => acts.ask({ type: 'new-file', folder: tree.current?.focusedFolder() ?? '' })}
        >
          <FilePlus2 size={16} />
        </IconButton>
        {here !== undefined && (
          <MenuButton
            label={t('More for {path}', { path: nameOf(here) })}
            className={css.more}
            align="end"
            entries={treeMenu(here, readOnly, acts)}
          >
            <MoreHorizontal size={16} aria-hidden="true" />
          </MenuButton>
        )}
        {children}
      </div>
      {acts.asked !== undefined && <Asked wish={acts.asked} acts={acts} existing={existing} />}
      <Sentence list={list} shown={shown.length} wanted={wanted} />
      {shown.length > 0 && (
        <TreeView
          ref={tree}
          tree={nodes}
          marks={marks}
          allOpen={wanted.trim() !== ''}
          active={active}
          onOpen={on.onOpen}
          onFocus={on.onFocus}
          onMenu={(path, at) => setMenu({ path, at })}
          onRename={(path) => !readOnly && acts.ask({ type: 'rename', path })}
          onRemove={(path) => !readOnly && acts.remove(path)}
        />
      )}
      {menu !== undefined && (
        <PointMenu
          label={t('More for {path}', { path: nameOf(menu.path) })}
          at={menu.at}
          entries={treeMenu(menu.path, readOnly, acts)}
          onClose={() => setMenu(undefined)}
          back={() => rowOf(menu.path)}
        />
      )}
    </>
  )
}

interface AskedProps {
  readonly wish: TreeWish
  readonly acts: TreeActs
  readonly existing: ReadonlySet<string>
}

/** What is asked before a change is made: a path, or whether a whole folder may go. */
function Asked({ wish, acts, existing }: AskedProps): JSX.Element {
  if (wish.type === 'remove') return <DeleteFolder path={wish.path} files={wish.files} onDelete={acts.confirm} onClose={acts.dismiss} />
  const field = { existing, onPath: acts.answer, onClose: acts.dismiss }
  if (wish.type === 'rename') {
    const label = t('New name of {path}', { path: nameOf(wish.path) })
    return <PathField key={wish.path} {...field} label={label} initial={bare(wish.path)} selected={stemOf(wish.path)} />
  }
  return (
    <PathField
      key={wish.type + wish.folder}
      {...field}
      label={wish.type === 'new-folder' ? t('New folder name') : t('New file name')}
      initial={wish.folder}
    />
  )
}

interface SentenceProps {
  readonly list: FileListState
  readonly shown: number
  readonly wanted: string
}

/** Why there is no tree. */
function Sentence({ list, shown, wanted }: SentenceProps): JSX.Element | null {
  if (list.type === 'loading') return <p className={css.sentence}>{t('Reading the files…')}</p>
  if (list.type === 'failed') {
    return (
      <p role="alert" className={css.sentence}>
        {list.message}
      </p>
    )
  }
  if (list.paths.length === 0)
    return <p className={css.sentence}>{t('No files yet. Ask the agent for some, drop your own here, or use the buttons above.')}</p>
  return shown > 0 ? null : <p className={css.sentence}>{t('No file matches “{wanted}”.', { wanted })}</p>
}
