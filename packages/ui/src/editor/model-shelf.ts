import type { Problem } from '@tabwright/protocol'
import { editor, MarkerSeverity } from 'monaco-editor/editor'
import { followText } from './follow-text'
import { languageOf } from './language'

interface Kept {
  readonly model: editor.ITextModel
  /** Version of the file that the model was last brought in step with. */
  version: number
  /** Monaco's version of the text as it is in the file; undo back to it makes the buffer clean again. */
  cleanAt: number
  view: editor.ICodeEditorViewState | null
  /** The text is being brought in step with the file: its change is nobody's edit. */
  following: boolean
}

function markerOf({ line, column, endLine, endColumn, severity, code, message }: Problem): editor.IMarkerData {
  return {
    severity: severity === 'error' ? MarkerSeverity.Error : MarkerSeverity.Warning,
    message,
    code: String(code),
    startLineNumber: line,
    startColumn: column,
    endLineNumber: endLine,
    endColumn,
  }
}

/** Holds the text models of the open files, so that undo, cursor and scroll outlive a change of tab. */
export class ModelShelf {
  readonly #kept = new Map<string, Kept>()
  readonly #watchers = new Set<{ readonly path: string; readonly listener: () => void }>()
  readonly #onDirty: (path: string, dirty: boolean) => void

  constructor(onDirty: (path: string, dirty: boolean) => void) {
    this.#onDirty = onDirty
  }

  /** The model of a file, brought in step with the file when the file moved on. */
  take(path: string, file: { readonly text: string; readonly version: number }): editor.ITextModel {
    const kept = this.#kept.get(path)
    if (kept === undefined) return this.#add(path, file)
    if (kept.version !== file.version) this.#follow(kept, file)
    return kept.model
  }

  /** Text and its place in Monaco's history, to be handed back to {@link ModelShelf.saved}. */
  snapshot(path: string): { readonly text: string; readonly at: number } | undefined {
    const model = this.#kept.get(path)?.model
    // `true` keeps a byte order mark, which the file had and the editor does not show.
    return model && { text: model.getValue(undefined, true), at: model.getAlternativeVersionId() }
  }

  /** Notes that a snapshot is in the file now. Returns whether more was typed since. */
  saved(path: string, at: number, version: number): boolean {
    const kept = this.#kept.get(path)
    if (kept === undefined) return false
    kept.cleanAt = at
    kept.version = version
    return kept.model.getAlternativeVersionId() !== at
  }

  /** Called at each change of the text of a file, whoever made it, also when it is opened later. */
  watch(path: string, listener: () => void): () => void {
    const watcher = { path, listener }
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /** Underlines what a checker said of a snapshot's text; of an older text nothing. Returns whether it did. */
  mark(path: string, at: number, problems: readonly Problem[]): boolean {
    const model = this.#kept.get(path)?.model
    if (model === undefined || model.getAlternativeVersionId() !== at) return false
    editor.setModelMarkers(model, 'checker', problems.map(markerOf))
    return true
  }

  keepView(path: string, view: editor.ICodeEditorViewState | null): void {
    const kept = this.#kept.get(path)
    if (kept !== undefined) kept.view = view
  }

  view(path: string): editor.ICodeEditorViewState | null {
    return this.#kept.get(path)?.view ?? null
  }

  /** Throws away the models of all files but these. */
  retain(paths: ReadonlySet<string>): void {
    for (const [path, kept] of this.#kept) {
      if (paths.has(path)) continue
      kept.model.dispose()
      this.#kept.delete(path)
    }
  }

  dispose(): void {
    this.retain(new Set())
  }

  #add(path: string, file: { readonly text: string; readonly version: number }): editor.ITextModel {
    const model = editor.createModel(file.text, languageOf(path))
    const kept: Kept = { model, version: file.version, cleanAt: model.getAlternativeVersionId(), view: null, following: false }
    this.#kept.set(path, kept)
    model.onDidChangeContent(() => {
      if (!kept.following) this.#onDirty(path, model.getAlternativeVersionId() !== kept.cleanAt)
      for (const watcher of this.#watchers) if (watcher.path === path) watcher.listener()
    })
    return model
  }

  #follow(kept: Kept, file: { readonly text: string; readonly version: number }): void {
    kept.version = file.version
    kept.following = true
    followText(kept.model, file.text)
    kept.following = false
    kept.cleanAt = kept.model.getAlternativeVersionId()
  }
}
