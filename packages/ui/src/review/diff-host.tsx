import type { LineSpan } from '@tabwright/protocol'
import type { editor } from 'monaco-editor/editor'
import { type JSX, useEffect, useRef, useState } from 'react'
import { t } from '../language'
import { languageOf } from '../editor/language'
import type { MonacoModule } from '../editor/load-monaco'
import css from './changes.module.css'
import { useLines } from './use-lines'

export interface DiffHostProps {
  readonly monaco: MonacoModule
  readonly path: string
  readonly before: string
  readonly after: string
  readonly split: boolean
  /** The part that the keys mean: marked, and brought into view when it changes. */
  readonly current?: LineSpan | undefined
  /** A line of the file as it is was clicked, or got the cursor. */
  readonly onLine?: ((line: number) => void) | undefined
  /** The number of a line was clicked. */
  readonly onGutter?: ((line: number) => void) | undefined
}

interface Pair {
  readonly path: string
  readonly original: editor.ITextModel
  readonly modified: editor.ITextModel
}

/** The page's one live diff editor, read only. A new path gets new models; new text of the same path keeps the scroll. */
export function DiffHost({ monaco, path, before, after, split, current, onLine, onGutter }: DiffHostProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const pair = useRef<Pair>(undefined)
  const [widget, setWidget] = useState<editor.IStandaloneDiffEditor>()

  useEffect(() => {
    if (box.current === null) return
    const made = monaco.editor.createDiffEditor(box.current, {
      ...monaco.BASE_OPTIONS,
      readOnly: true,
      originalEditable: false,
      renderLineHighlight: 'none',
      lineDecorationsWidth: 18,
      useInlineViewWhenSpaceIsLimited: false,
      renderMarginRevertIcon: false,
      renderGutterMenu: false,
      renderOverviewRuler: false,
      hideUnchangedRegions: { enabled: true, contextLineCount: 3, minimumLineCount: 3 },
      maxComputationTime: 5000,
      ariaLabel: t('Diff'),
    })
    monaco.tameAnnouncements()
    setWidget(made)
    return () => {
      setWidget(undefined)
      made.dispose()
      pair.current?.original.dispose()
      pair.current?.modified.dispose()
      pair.current = undefined
    }
  }, [monaco])

  useEffect(() => widget?.updateOptions({ renderSideBySide: split }), [widget, split])

  useEffect(() => {
    if (widget === undefined) return
    const shown = pair.current
    if (shown?.path === path) {
      monaco.followText(shown.original, before)
      monaco.followText(shown.modified, after)
      return
    }
    const language = languageOf(path)
    const next = { path, original: monaco.editor.createModel(before, language), modified: monaco.editor.createModel(after, language) }
    pair.current = next
    widget.setModel(next)
    shown?.original.dispose()
    shown?.modified.dispose()
  }, [monaco, widget, path, before, after])

  const start = current?.start
  const count = current?.count
  useEffect(() => {
    if (widget === undefined || start === undefined || count === undefined) return
    const modified = widget.getModifiedEditor()
    const [first, last] = [Math.max(1, count === 0 ? start : start + 1), Math.max(1, start + count)]
    const marks = modified.createDecorationsCollection([
      {
        range: { startLineNumber: first, startColumn: 1, endLineNumber: last, endColumn: 1 },
        options: { isWholeLine: true, linesDecorationsClassName: css.currentPart ?? '' },
      },
    ])
    modified.revealLinesInCenterIfOutsideViewport(first, last)
    return () => marks.clear()
  }, [widget, path, after, start, count])

  const modified = widget?.getModifiedEditor()
  useLines(monaco, modified, { onLine, onGutter })

  return <div ref={box} className={css.host} />
}
