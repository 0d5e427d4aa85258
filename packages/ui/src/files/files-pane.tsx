import type { FileReview } from '@tabwright/protocol'
import { type JSX, useCallback, useEffect, useState } from 'react'
import { t } from '../language'
import { CodeEditor, type OpenRequest } from '../editor/code-editor'
import type { FollowSwitch } from '../editor/editor-bar'
import { DropZone } from '../transfer/drop-zone'
import type { IncomingFiles } from '../transfer/incoming'
import { TransferMenu, type LinkedFolderEntry } from '../transfer/transfer-menu'
import { ContentSearch } from './content-search'
import type { FileSource } from './file-source'
import css from './files.module.css'
import { TreeSide } from './tree-side'
import { useFileList } from './use-file-list'
import type { TreePage } from './use-tree-acts'

export interface FilesPaneProps extends TreePage {
  readonly source: FileSource
  /** For the letters in the tree. */
  readonly changes: readonly FileReview[]
  /** Another tab writes the session: files can be read, not saved. */
  readonly readOnly: boolean
  readonly onImport: (files: IncomingFiles) => void
  /** What was dropped could not be read. */
  readonly onDropFailed: (error: unknown) => void
  /** The folder of the disk that the files came from. */
  readonly folder?: LinkedFolderEntry | undefined
  /** A wish to see a file; a new object each time. */
  readonly request?: OpenRequest | undefined
  /** Whether the editor goes where the agent edits. */
  readonly follow?: FollowSwitch | undefined
  /** A wish to search in the contents; a new object each time. */
  readonly searchRequest?: object | undefined
}

/** The search is on show, and nobody asked for it from outside. */
const SHOWN = {}

/** The tree of the workspace, or a search in it, beside its editor. Mount it with the session as `key`. */
export function FilesPane(props: FilesPaneProps): JSX.Element {
  const { source, changes, readOnly, onImport, onExport, onDropFailed, onMention, onSay, folder, request, searchRequest, follow } = props
  const list = useFileList(source)
  const [side, setSide] = useState<'tree' | 'search'>('tree')
  const [hasSearched, setSearched] = useState(false)
  const [opening, setOpening] = useState<OpenRequest>()
  const [active, setActive] = useState<string>()
  const [focused, setFocused] = useState<string>()

  const onSearch = useCallback(() => {
    setSearched(true)
    setSide('search')
  }, [])
  useEffect(() => {
    if (request !== undefined) setOpening(request)
  }, [request])
  useEffect(() => {
    if (searchRequest !== undefined) onSearch()
  }, [searchRequest, onSearch])

  const onOpen = useCallback((path: string) => setOpening({ path }), [])

  return (
    <div className={css.pane}>
      <div className={css.side}>
        <DropZone label={t('Drop to import into the workspace')} disabled={readOnly} onFiles={onImport} onFailed={onDropFailed}>
          <div className={css.part} hidden={side !== 'tree'}>
            <TreeSide
              list={list}
              changes={changes}
              readOnly={readOnly}
              active={active}
              source={source}
              focused={focused}
              onOpen={onOpen}
              onFocus={setFocused}
              onSearch={onSearch}
              onExport={onExport}
              onMention={onMention}
              onSay={onSay}
            >
              <TransferMenu
                focused={focused ?? active}
                readOnly={readOnly}
                onImport={onImport}
                onExport={onExport}
                onFailed={onDropFailed}
                folder={folder}
              />
            </TreeSide>
          </div>
          {hasSearched && (
            <div className={css.part} hidden={side !== 'search'}>
              <ContentSearch
                source={source}
                asked={side === 'search' ? (searchRequest ?? SHOWN) : undefined}
                onOpen={setOpening}
                onClose={() => setSide('tree')}
              />
            </div>
          )}
        </DropZone>
      </div>
      <div className={css.main}>
        <CodeEditor source={source} request={opening} readOnly={readOnly} onActive={setActive} follow={follow} />
      </div>
    </div>
  )
}
