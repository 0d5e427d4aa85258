import type { editor } from 'monaco-editor/editor'
import { useEffect } from 'react'
import type { MonacoModule } from '../editor/load-monaco'

/** What is told of the lines of an editor. */
export interface LineListeners {
  /** Got the cursor. */
  readonly onLine: ((line: number) => void) | undefined
  /** Its number was clicked. */
  readonly onGutter: ((line: number) => void) | undefined
}

/** Hears where a person goes in a text. */
export function useLines(monaco: MonacoModule, widget: editor.ICodeEditor | undefined, { onLine, onGutter }: LineListeners): void {
  useEffect(() => {
    const heard = widget?.onDidChangeCursorPosition(({ position, source }) => {
      // What the page itself does to the text moves the cursor too.
      if (source === 'mouse' || source === 'keyboard') onLine?.(position.lineNumber)
    })
    return () => heard?.dispose()
  }, [widget, onLine])
  useEffect(() => {
    const numbers = monaco.editor.MouseTargetType.GUTTER_LINE_NUMBERS
    const heard = widget?.onMouseUp(({ target }) => {
      if (target.type === numbers) onGutter?.(target.position.lineNumber)
    })
    return () => heard?.dispose()
  }, [monaco, widget, onGutter])
}
