import { useCallback, useId, useState, type ReactNode } from 'react'
import { fail, type BlobHash, type Row } from '@tabwright/protocol'
import { Visible } from '../approvals/exact-request'
import { Transcript } from '../chat/transcript'
import { plural } from '../language'
import { bytes as sizeOf } from '../layout/figures'
import { StaticDiff } from '../review/static-diff'
import { LiveStatus, type LiveStatusProps } from './live-status'
import css from './viewer.module.css'

/** What a file holds, as far as it was shared. */
export type ViewedContent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'bytes'; readonly size: number }
  | { readonly type: 'missing' }

export interface ViewerProps {
  readonly title: string
  readonly rows: readonly Row[]
  /** Contents that the conversation names, as far as they were shared. */
  readonly contents: ReadonlyMap<BlobHash, Uint8Array>
  readonly changes: readonly {
    readonly path: string
    readonly before: ViewedContent | undefined
    readonly after: ViewedContent | undefined
  }[]
  readonly files: readonly { readonly path: string; readonly content: ViewedContent }[]
  /** The app that takes it over; undefined where nobody knows which. */
  readonly forkAddress: string | undefined
  /** Saves the archive, which any Tabwright imports; undefined where there is none. */
  readonly onSave: (() => void) | undefined
  /** Of a session that goes on: how it stands. Omitted: it is a copy. */
  readonly live?: LiveStatusProps
}

type Part = 'Conversation' | 'Changes' | 'Files'

/** A shared session, to read. */
export function Viewer(props: ViewerProps): ReactNode {
  const { title, rows, contents, changes, files, forkAddress, onSave, live } = props
  const [part, setPart] = useState<Part>('Conversation')
  const panel = useId()
  const readBytes = useCallback(async (hash: BlobHash) => contents.get(hash) ?? fail('not_found', 'It was not shared.'), [contents])
  const parts: readonly (readonly [Part, number | undefined])[] = [
    ['Conversation', undefined],
    ['Changes', changes.length],
    ['Files', files.length],
  ]
  return (
    <div className={css['page']}>
      <header className={css['head']}>
        <h1>
          <Visible text={title} />
        </h1>
        <span className={css['gap']} />
        {forkAddress !== undefined && (
          <a className={css['fork']} href={forkAddress} target="_blank" rel="noopener noreferrer">
            Fork into my workspace
          </a>
        )}
        {onSave !== undefined && (
          <button type="button" className={css['save']} onClick={onSave}>
            Save the archive
          </button>
        )}
        {live !== undefined && <LiveStatus {...live} />}
      </header>
      <p role="note" className={css['note']}>
        Read-only: {live === undefined ? 'a copy that somebody shared, as it was then' : 'a session that somebody lets you follow'}. What it
        says is theirs, and nothing of it runs here.
      </p>
      <div role="tablist" aria-label="Parts of the session" className={css['tabs']}>
        {parts.map(([name, count]) => (
          <button key={name} type="button" role="tab" aria-selected={part === name} aria-controls={panel} onClick={() => setPart(name)}>
            {name}
            {count !== undefined && <span className={css['count']}> {count}</span>}
          </button>
        ))}
      </div>
      <main id={panel} role="tabpanel" aria-label={part} className={css['panel']} data-part={part}>
        {part === 'Conversation' && <Transcript session="shared" rows={rows} density="normal" busy={false} readBytes={readBytes} />}
        {part === 'Changes' && <Changes changes={changes} />}
        {part === 'Files' && <Files files={files} />}
      </main>
    </div>
  )
}

function Changes({ changes }: Pick<ViewerProps, 'changes'>): ReactNode {
  if (changes.length === 0) return <p className={css['empty']}>Nothing was changed, or changes were not shared.</p>
  return changes.map(({ path, before, after }) => (
    <details key={path} className={css['file']} open={changes.length <= 10}>
      <summary>
        <code>
          <Visible text={path} />
        </code>
        {before === undefined && <span className={css['count']}> new</span>}
        {after === undefined && <span className={css['count']}> deleted</span>}
      </summary>
      <Difference before={before} after={after} />
    </details>
  ))
}

function Difference({ before, after }: Pick<ViewerProps['changes'][number], 'before' | 'after'>): ReactNode {
  const sides = [before, after]
  if (sides.some((side) => side?.type === 'missing')) return <p className={css['empty']}>Its content was not shared.</p>
  if (sides.some((side) => side?.type === 'bytes')) return <p className={css['empty']}>It is no text.</p>
  const textOf = (side: ViewedContent | undefined): string | null => (side?.type === 'text' ? side.text : null)
  return <StaticDiff before={textOf(before)} after={textOf(after)} limit={80} />
}

function Files({ files }: Pick<ViewerProps, 'files'>): ReactNode {
  if (files.length === 0) return <p className={css['empty']}>No files were shared.</p>
  return files.map(({ path, content }) => <File key={path} path={path} content={content} />)
}

/** Drawn when it is opened: a workspace has thousands. */
function File({ path, content }: ViewerProps['files'][number]): ReactNode {
  const [open, setOpen] = useState(false)
  return (
    <details className={css['file']} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <code>
          <Visible text={path} />
        </code>
        <span className={css['count']}> {figure(content)}</span>
      </summary>
      {open && content.type === 'text' && (
        <pre className={css['text']} tabIndex={0}>
          <Visible text={content.text} />
        </pre>
      )}
    </details>
  )
}

function figure(content: ViewedContent): string {
  if (content.type === 'missing') return 'not shared'
  return content.type === 'bytes' ? `${sizeOf(content.size)}, no text` : plural(content.text.split('\n').length - 1, 'line')
}

/** Why a shared session is not shown, in the place of all of it. */
export function NotShown({ message, onAgain }: { readonly message: string; readonly onAgain?: (() => void) | undefined }): ReactNode {
  return (
    <main className={css['gone']} role="alert">
      <h1>This session cannot be shown</h1>
      <p>{message}</p>
      {onAgain !== undefined && (
        <button type="button" className={css['save']} onClick={onAgain}>
          Try again
        </button>
      )}
    </main>
  )
}
