import type { FileReview } from '@tabwright/protocol'
import { FilePlus2, Search, TextSearch } from 'lucide-react'
import { type JSX, type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { t } from '../language'
import { IconButton } from '../layout/icon-button'
import { changeMarks, fileTree, filterPaths } from './file-tree'
import css from './files.module.css'
import { NewFile } from './new-file'
import { TreeView, type TreeViewHandle } from './tree-view'
import type { FileListState } from './use-file-list'

export interface TreeSideProps {
  readonly list: FileListState
  /** For the letters in the tree. */
  readonly changes: readonly FileReview[]
  readonly readOnly: boolean
  /** The file in the editor. */
  readonly active: string | undefined
  readonly onOpen: (path: string) => void
  /** The focus went to this path; a folder's ends in `/`. */
  readonly onFocus: (path: string) => void
  /** Makes an empty file and shows it. @throws FailureError */
  readonly onCreate: (path: string) => Promise<void>
  /** Asks for the search in contents. */
  readonly onSearch: () => void
  /** More buttons of the line above the tree. */
  readonly children: ReactNode
}

const NO_PATHS: readonly string[] = []

/** The tree of files with its filter and what makes new ones. */
export function TreeSide({ list, changes, readOnly, active, children, ...on }: TreeSideProps): JSX.Element {
  const [filter, setFilter] = useState('')
  const wanted = useDeferredValue(filter)
  const [naming, setNaming] = useState<{ readonly folder: string }>()
  const tree = useRef<TreeViewHandle>(null)
  const paths = useMemo(() => (list.type === 'ready' ? list.files.map((file) => file.path) : NO_PATHS), [list])
  const shown = useMemo(() => filterPaths(paths, wanted), [paths, wanted])
  const nodes = useMemo(() => fileTree(shown), [shown])
  const marks = useMemo(() => changeMarks(changes), [changes])
  const existing = useMemo(() => new Set(paths), [paths])

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
        <IconButton label={t('New file')} disabled={readOnly} onPress={() => setNaming({ folder: tree.current?.focusedFolder() ?? '' })}>
          <FilePlus2 size={16} />
        </IconButton>
        {children}
      </div>
      {naming !== undefined && (
        <NewFile folder={naming.folder} existing={existing} onCreate={on.onCreate} onClose={() => setNaming(undefined)} />
      )}
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
        />
      )}
    </>
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
  if (list.files.length === 0)
    return <p className={css.sentence}>{t('No files yet. Ask the agent for some, drop your own here, or use the buttons above.')}</p>
  return shown > 0 ? null : <p className={css.sentence}>{t('No file matches “{wanted}”.', { wanted })}</p>
}
