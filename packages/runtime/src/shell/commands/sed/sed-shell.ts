import { Killed } from '../../signals'
import { bytesOf, joined, textOf } from '../../text'
import { CommandError, type Call } from '../command'
import type { SedFiles } from './sed-files'

/** More than any line wants: what a command writes is held whole before the lines go on. */
const MAX_CAPTURED = 64 * 1024 * 1024

interface Place {
  readonly call: Call
  readonly files: SedFiles
  readonly mark: string
}

/** Runs text as a command of the shell behind what was written so far, and gives what it writes; how it ends is not asked, as in sed. */
export async function outputOfShell({ call, files }: Place, script: string): Promise<string> {
  await files.flush()
  const parts: Uint8Array[] = []
  let size = 0
  const write = (data: Uint8Array | string): Promise<void> => {
    const bytes = typeof data === 'string' ? bytesOf(data) : data.slice()
    size += bytes.length
    if (size > MAX_CAPTURED) return Promise.reject(new Killed('PIPE'))
    parts.push(bytes)
    return Promise.resolve()
  }
  await call.exec([script], { isScript: true, stdout: { write, close: () => undefined } })
  if (size > MAX_CAPTURED) throw new CommandError(`command \`${script}' writes more than ${MAX_CAPTURED / 1024 ** 2} MiB`, 4)
  return textOf(joined(parts))
}

/** The same without the end of its last line. */
export async function lineOfShell(place: Place, script: string): Promise<string> {
  const text = await outputOfShell(place, script)
  return text.endsWith(place.mark) ? text.slice(0, -place.mark.length) : text
}
