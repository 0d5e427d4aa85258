import { ShellError } from '../shell-error'

/** `${text:offset:length}`, counted in characters. @throws ShellError */
export function slicedText(text: string, offset: number, length: number | undefined): string {
  const characters = /[\uD800-\uDBFF]/.test(text) ? [...text] : undefined
  const size = characters?.length ?? text.length
  const from = offset < 0 ? size + offset : offset
  if (from < 0 || from > size) return ''
  const to = length === undefined ? size : length < 0 ? size + length : Math.min(size, from + length)
  if (to < from) throw new ShellError(`${length ?? 0}: substring expression < 0`)
  return characters === undefined ? text.slice(from, to) : characters.slice(from, to).join('')
}

/** `${list[@]:offset:length}`: the offset is an index, the length a count. @throws ShellError */
export function slicedList(
  entries: readonly (readonly [number, string])[],
  how: { readonly offset: number; readonly length: number | undefined; readonly top: number },
): readonly string[] {
  const { offset, length, top } = how
  if (length !== undefined && length < 0) throw new ShellError(`${length}: substring expression < 0`)
  const from = offset < 0 ? top + offset : offset
  if (from < 0) return []
  const kept = entries.filter(([index]) => index >= from).map(([, text]) => text)
  return length === undefined ? kept : kept.slice(0, length)
}
