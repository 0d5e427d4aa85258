import { joined, textOf } from '../../../text'
import { MAX_FILE_BYTES } from '../../../tree/file-tree'
import { fatal } from '../git-error'
import { shown, type PacketReader } from './pkt-line'

/** Who is told what comes beside the data. */
export interface SideBand {
  /** Lines of the other side, as they are to stand on standard error. */
  say(text: string): Promise<void>
  /** How many bytes of the data are here. */
  received?(bytes: number): Promise<void>
  tick(): void
}

/** Puts `remote: ` before every line of the other side. */
class RemoteLines {
  #rest = ''

  /** The lines that are whole by now. */
  take(text: string): string {
    const all = this.#rest + text
    const end = Math.max(all.lastIndexOf('\n'), all.lastIndexOf('\r')) + 1
    this.#rest = all.slice(end)
    return [...all.slice(0, end).matchAll(/([^\r\n]*)([\r\n])/g)]
      .map(([, line = '', stop = '']) => `remote: ${shown(line)}${line === '' ? '' : '        '}${stop}`)
      .join('')
  }

  get last(): string {
    const line = this.#rest
    this.#rest = ''
    return line === '' ? '' : `remote: ${shown(line)}\n`
  }
}

/** The data of the first band up to the flush that ends it. @throws GitError where the other side says that it failed */
export async function readBands(packets: PacketReader, band: SideBand): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  const lines = new RemoteLines()
  for (let one = await packets.next(); one?.type === 'data'; one = await packets.next()) {
    band.tick()
    const data = one.bytes.subarray(1)
    switch (one.bytes[0]) {
      case 1:
        size += data.length
        if (size > MAX_FILE_BYTES)
          fatal(`the remote sends more than ${MAX_FILE_BYTES / 1024 / 1024} MiB, which is more than a file may hold here`)
        parts.push(data)
        await band.received?.(size)
        break
      case 2: {
        const told = lines.take(textOf(data))
        if (told !== '') await band.say(told)
        break
      }
      case 3:
        await band.say(lines.last)
        return fatal(`remote error: ${shown(textOf(data).trimEnd())}`)
      default:
        return fatal(`protocol error: bad band #${one.bytes[0] ?? 0}`)
    }
  }
  const { last } = lines
  if (last !== '') await band.say(last)
  return joined(parts)
}
