import type { editor } from 'monaco-editor/editor'
import { type JSX, useEffect, useRef, useState } from 'react'
import { languageOf } from '../editor/language'
import type { MonacoModule } from '../editor/load-monaco'
import css from './changes.module.css'
import { statusWord } from './change-view'
import { useLines } from './use-lines'

export interface OneSideHostProps {
  readonly monaco: MonacoModule
  readonly path: string
  readonly text: string
  readonly side: 'added' | 'deleted'
  readonly onLine?: ((line: number) => void) | undefined
  readonly onGutter?: ((line: number) => void) | undefined
}

/** A file that is new or gone, every line in the colour of its side. A diff against nothing would invent an empty line to compare with. */
export function OneSideHost({ monaco, path, text, side, onLine, onGutter }: OneSideHostProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const [widget, setWidget] = useState<editor.IStandaloneCodeEditor>()

  useEffect(() => {
    if (box.current === null) return
    const options = { readOnly: true, renderLineHighlight: 'none', model: null } as const
    const made = monaco.editor.create(box.current, { ...monaco.BASE_OPTIONS, ...options })
    monaco.tameAnnouncements()
    setWidget(made)
    return () => {
      setWidget(undefined)
      made.dispose()
    }
  }, [monaco])

  useEffect(() => {
    if (widget === undefined) return
    const model = monaco.editor.createModel(text, languageOf(path))
    widget.setModel(model)
    widget.updateOptions({ ariaLabel: `${path}, ${statusWord(side)}` })
    const className = (side === 'added' ? css.addedLine : css.deletedLine) ?? ''
    widget.createDecorationsCollection([
      { range: model.getFullModelRange(), options: { isWholeLine: true, className, marginClassName: className } },
    ])
    return () => model.dispose()
  }, [monaco, widget, path, text, side])

  useLines(monaco, widget, { onLine, onGutter })

  return <div ref={box} className={css.host} />
}
