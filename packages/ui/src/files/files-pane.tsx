import type { FileReview } from '@tabwright/protocol'
import { FilePlus2, Search } from 'lucide-react'
import { type JSX, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { t } from '../language'
import { CodeEditor, type OpenRequest } from '../editor/code-editor'
import { IconButton } from '../layout/icon-button'
import { DropZone } from '../transfer/drop-zone'
import type { IncomingFiles, OutgoingFiles } from '../transfer/incoming'
import { TransferMenu, type LinkedFolderEntry } from '../transfer/transfer-menu'
import type { FileSource } from './file-source'
import { changeMarks, fileTree, filterPaths } from './file-tree'
import css from './files.module.css'
import { NewFile } from './new-file'
import { TreeView, type TreeViewHandle } from './tree-view'
import { useFileList } from './use-file-list'

export interface FilesPaneProps {
  readonly source: FileSource
  /** For the letters in the tree. */
  readonly changes: readonly FileReview[]
  /** Another tab writes the session: files can be read, not saved. */
  readonly readOnly: boolean
  readonly onImport: (files: IncomingFiles) => void
  readonly onExport: (what: OutgoingFiles) => void
  /** What was dropped could not be read. */
  readonly onDropFailed: (error: unknown) => void
  /** The folder of the disk that the files came from. */
  readonly folder?: LinkedFolderEntry | undefined
  /** A wish to see a file; a new object each time. */
  readonly request?: OpenRequest | undefined
}

const NO_PATHS: readonly string[] = []

/** The tree of the workspace beside its editor. Mount it with the session as `key`. */
export function FilesPane(props: FilesPaneProps): JSX.Element {
  const { source, changes, readOnly, onImport, onExport, onDropFailed, folder, request } = props
  const list = useFileList(source)
  const [filter, setFilter] = useState('')
  const wanted = useDeferredValue(filter)
  const [naming, setNaming] = useState<{ readonly folder: string }>()
  const [opening, setOpening] = useState<OpenRequest>()
  const [active, setActive] = useState<string>()
  const [focused, setFocused] = useState<string>()
  const tree = useRef<TreeViewHandle>(null)

  const paths = useMemo(() => (list.type === 'ready' ? list.files.map((file) => file.path) : NO_PATHS), [list])
  const shown = useMemo(() => filterPaths(paths, wanted), [paths, wanted])
  const nodes = useMemo(() => fileTree(shown), [shown])
  const marks = useMemo(() => changeMarks(changes), [changes])
  const existing = useMemo(() => new Set(paths), [paths])

  useEffect(() => {
    if (request !== undefined) setOpening(request)
  }, [request])
  useEffect(() => {
    if (active !== undefined) tree.current?.reveal(active)
  }, [active])

  const onOpen = useCallback((path: string) => setOpening({ path }), [])
  const onCreate = async (path: string): Promise<void> => {
    await source.saveFile(path, '', 0)
    setOpening({ path })
  }

  return (
    <div className={css.pane}>
      <div className={css.side}>
        <DropZone label={t('Drop to import into the workspace')} disabled={readOnly} onFiles={onImport} onFailed={onDropFailed}>
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
            <IconButton
              label={t('New file')}
              disabled={readOnly}
              onPress={() => setNaming({ folder: tree.current?.focusedFolder() ?? '' })}
            >
              <FilePlus2 size={16} />
            </IconButton>
            <TransferMenu
              focused={focused ?? active}
              readOnly={readOnly}
              onImport={onImport}
              onExport={onExport}
              onFailed={onDropFailed}
              folder={folder}
            />
          </div>
          {naming !== undefined && (
            <NewFile folder={naming.folder} existing={existing} onCreate={onCreate} onClose={() => setNaming(undefined)} />
          )}
          {list.type === 'loading' && <p className={css.sentence}>{t('Reading the files…')}</p>}
          {list.type === 'failed' && (
            <p role="alert" className={css.sentence}>
              {list.message}
            </p>
          )}
          {list.type === 'ready' && paths.length === 0 && (
            <p className={css.sentence}>{t('No files yet. Ask the agent for some, drop your own here, or use the buttons above.')}</p>
          )}
          {list.type === 'ready' && paths.length > 0 && shown.length === 0 && (
            <p className={css.sentence}>{t('No file matches “{wanted}”.', { wanted })}</p>
          )}
          {shown.length > 0 && (
            <TreeView
              ref={tree}
              tree={nodes}
              marks={marks}
              allOpen={wanted.trim() !== ''}
              active={active}
              onOpen={onOpen}
              onFocus={setFocused}
            />
          )}
        </DropZone>
      </div>
      <div className={css.main}>
        <CodeEditor source={source} request={opening} readOnly={readOnly} onActive={setActive} />
      </div>
    </div>
  )
}
