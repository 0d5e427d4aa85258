import { type JSX, type KeyboardEvent, useCallback, useEffect, useState } from 'react'
import { t } from '../language'
import type { FileSource } from '../files/file-source'
import type { Buffer } from './buffers'
import { CompareTexts } from './compare-texts'
import { EditorBar, type FollowSwitch } from './editor-bar'
import { EditorHost, type Reveal } from './editor-host'
import { EditorNotice } from './editor-notice'
import { sentenceFor } from './editor-sentence'
import { EditorTabs } from './editor-tabs'
import css from './editor.module.css'
import { type MonacoState, useMonaco } from './load-monaco'
import type { ModelShelf } from './model-shelf'
import { ProblemsBar } from './problems-bar'
import { useBuffers } from './use-buffers'
import { useProblems } from './use-problems'

/** A wish to see a file; a new object each time, so that asking twice shows it twice. */
export interface OpenRequest {
  readonly path: string
  readonly line?: number
}

export interface CodeEditorProps {
  readonly source: FileSource
  readonly request: OpenRequest | undefined
  /** Another tab writes the session: nothing can be saved from here. */
  readonly readOnly: boolean
  readonly onActive?: (path: string | undefined) => void
  /** Whether the editor goes where the agent edits; it ends with whatever the person does in it. */
  readonly follow?: FollowSwitch | undefined
}

function useShelf(monaco: MonacoState, onDirty: (path: string, dirty: boolean) => void): ModelShelf | undefined {
  const [shelf, setShelf] = useState<ModelShelf>()
  useEffect(() => {
    if (monaco.type !== 'ready') return
    const made = new monaco.monaco.ModelShelf(onDirty)
    setShelf(made)
    return () => {
      setShelf(undefined)
      made.dispose()
    }
  }, [monaco, onDirty])
  return shelf
}

/** Asks before the tab goes while something is unsaved; browsers show their own words. */
function useLeaveGuard(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [dirty])
}

/** Tabs of open files over one Monaco editor. Mount it with the session as `key`: buffers belong to one source. */
export function CodeEditor({ source, request, readOnly, onActive, follow }: CodeEditorProps): JSX.Element {
  const { buffers, dispatch, open, save } = useBuffers(source)
  const monaco = useMonaco()
  const onDirty = useCallback((path: string, dirty: boolean) => dispatch({ type: 'edited', path, dirty }), [dispatch])
  const shelf = useShelf(monaco, onDirty)
  const [closing, setClosing] = useState<string>()
  const [refused, setRefused] = useState<string>()
  const [compared, setCompared] = useState<string>()
  const [reveal, setReveal] = useState<Reveal & { readonly path: string }>()
  const active = buffers.open.find((buffer) => buffer.path === buffers.active)
  const found = useProblems(source, shelf, active?.content.type === 'text' ? active.path : undefined)
  useLeaveGuard(buffers.open.some((buffer) => buffer.dirty))

  useEffect(() => {
    if (request === undefined) return
    open(request.path)
    if (request.line !== undefined) setReveal({ path: request.path, line: request.line })
  }, [request, open])

  useEffect(() => onActive?.(buffers.active), [onActive, buffers.active])
  useEffect(() => shelf?.retain(new Set(buffers.open.map((buffer) => buffer.path))), [shelf, buffers.open])

  const saveBuffer = async (buffer: Buffer): Promise<boolean> => {
    const snapshot = shelf?.snapshot(buffer.path)
    if (shelf === undefined || snapshot === undefined || readOnly || buffer.saving !== undefined) return false
    const settled = (version: number): boolean => shelf.saved(buffer.path, snapshot.at, version)
    return save({ path: buffer.path, text: snapshot.text, base: buffer.base, settled })
  }
  const close = (path: string): void => {
    setClosing(undefined)
    dispatch({ type: 'closed', path })
  }
  const askToClose = (path: string): void => {
    if (!buffers.open.some((buffer) => buffer.path === path && buffer.dirty)) return close(path)
    dispatch({ type: 'opened', path })
    setClosing(path)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 's') return
    event.preventDefault()
    event.stopPropagation()
    if (active?.dirty !== true) return
    // A key that does nothing reads as a save that worked.
    if (readOnly) dispatch({ type: 'saveFailed', path: active.path, message: t('this tab may not write the session.') })
    else if (active.newer !== undefined) setRefused(active.path)
    else void saveBuffer(active)
  }
  const settle = (type: 'reloaded' | 'kept', path: string): void => {
    setRefused(undefined)
    dispatch({ type, path })
  }

  return (
    <section aria-label={t('Editor')} data-testid="editor" className={css.editor} onKeyDownCapture={onKeyDown}>
      <EditorBar follow={follow}>
        {buffers.open.length > 0 && (
          <EditorTabs
            open={buffers.open}
            active={buffers.active}
            onShow={(path) => dispatch({ type: 'opened', path })}
            onClose={askToClose}
          />
        )}
      </EditorBar>
      {active !== undefined && (
        <EditorNotice
          buffer={active}
          closing={closing === active.path}
          refused={refused === active.path}
          onReload={() => settle('reloaded', active.path)}
          onKeep={() => settle('kept', active.path)}
          comparing={compared === active.path}
          onCompare={() => setCompared(compared === active.path ? undefined : active.path)}
          onSave={() => void saveBuffer(active)}
          onSaveAndClose={() => void saveBuffer(active).then((saved) => saved && close(active.path))}
          onDiscard={() => close(active.path)}
          onStay={() => setClosing(undefined)}
        />
      )}
      {active?.newer !== undefined && compared === active.path && (
        <CompareTexts theirs={active.newer.type === 'text' ? active.newer.text : null} mine={shelf?.snapshot(active.path)?.text ?? ''} />
      )}
      <EditorBody
        monaco={monaco}
        shelf={shelf}
        buffer={active}
        readOnly={readOnly}
        reveal={reveal?.path === active?.path ? reveal : undefined}
        onTouch={follow?.isOn === true ? () => follow.set(false) : undefined}
      />
      <ProblemsBar found={found} onShow={({ path, line, column }) => setReveal({ path, line, column })} />
    </section>
  )
}

interface EditorBodyProps {
  readonly monaco: MonacoState
  readonly shelf: ModelShelf | undefined
  readonly buffer: Buffer | undefined
  readonly readOnly: boolean
  readonly reveal: Reveal | undefined
  readonly onTouch: (() => void) | undefined
}

function EditorBody({ monaco, shelf, buffer, readOnly, reveal, onTouch }: EditorBodyProps): JSX.Element {
  if (buffer === undefined) return <p className={css.sentence}>{t('Choose a file to read or edit it here.')}</p>
  if (buffer.content.type !== 'text') return <p className={css.sentence}>{sentenceFor(buffer.content)}</p>
  if (monaco.type === 'failed') {
    return (
      <div role="alert" className={css.sentence}>
        <p>{monaco.message}</p>
        <button type="button" className={css.stripButton} onClick={monaco.retry}>
          {t('Try again')}
        </button>
      </div>
    )
  }
  if (monaco.type === 'loading' || shelf === undefined) return <p className={css.sentence}>{t('Opening…')}</p>
  return (
    <div
      className={css.touched}
      onWheelCapture={onTouch}
      onTouchMoveCapture={onTouch}
      onPointerDownCapture={onTouch}
      onKeyDownCapture={onTouch}
    >
      <EditorHost monaco={monaco.monaco} shelf={shelf} path={buffer.path} file={buffer.content} readOnly={readOnly} reveal={reveal} />
    </div>
  )
}
