import { type JSX, useEffect, useRef, useState } from 'react'
import type { editor } from 'monaco-editor/editor'
import { t } from '../language'
import { useScreenReader } from '../layout/screen-reader'
import css from './editor.module.css'
import type { MonacoModule } from './load-monaco'
import type { ModelShelf } from './model-shelf'

/** A place to put the cursor at. With a column it is one in the text that the person asked for: they go on from there. */
export interface Reveal {
  readonly line: number
  readonly column?: number
}

export interface EditorHostProps {
  readonly monaco: MonacoModule
  readonly shelf: ModelShelf
  readonly path: string
  readonly file: { readonly text: string; readonly version: number }
  readonly readOnly: boolean
  /** Put the cursor there; a new object each time it is asked for. */
  readonly reveal: Reveal | undefined
}

/** The one Monaco editor of the page; it shows one model after another. */
export function EditorHost({ monaco, shelf, path, file, readOnly, reveal }: EditorHostProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const [widget, setWidget] = useState<editor.IStandaloneCodeEditor>()

  useEffect(() => {
    if (box.current === null) return
    const made = monaco.editor.create(box.current, { ...monaco.BASE_OPTIONS, model: null })
    monaco.tameAnnouncements()
    setWidget(made)
    return () => {
      setWidget(undefined)
      made.dispose()
    }
  }, [monaco])

  const { isOn: isRead } = useScreenReader()
  useEffect(() => {
    widget?.updateOptions({ accessibilitySupport: isRead ? 'on' : 'auto' })
  }, [widget, isRead])

  useEffect(() => {
    widget?.updateOptions({ readOnly, ariaLabel: t('{path}, editor', { path }) })
  }, [widget, readOnly, path])

  useEffect(() => {
    if (widget === undefined) return
    const model = shelf.take(path, file)
    if (widget.getModel() !== model) {
      widget.setModel(model)
      widget.restoreViewState(shelf.view(path))
    }
    return () => {
      if (widget.getModel() === model && !model.isDisposed()) shelf.keepView(path, widget.saveViewState())
    }
  }, [widget, shelf, path, file])

  useEffect(() => {
    if (widget === undefined || reveal === undefined) return
    widget.setPosition({ lineNumber: reveal.line, column: reveal.column ?? 1 })
    widget.revealLineInCenterIfOutsideViewport(reveal.line)
    if (reveal.column !== undefined) widget.focus()
  }, [widget, reveal])

  return <div ref={box} className={css.host} />
}
