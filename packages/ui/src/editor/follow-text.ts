import { Range, type editor } from 'monaco-editor/editor'
import { smallestEdit } from './text-edit'

/** Makes a model's text another, touching only what differs; one step of undo. */
export function followText(model: editor.ITextModel, text: string): void {
  const edit = smallestEdit(model.getValue(), text)
  const from = model.getPositionAt(edit.from)
  const to = model.getPositionAt(edit.to)
  const range = new Range(from.lineNumber, from.column, to.lineNumber, to.column)
  model.pushStackElement()
  model.pushEditOperations([], [{ range, text: edit.text }], () => null)
  model.pushStackElement()
}
