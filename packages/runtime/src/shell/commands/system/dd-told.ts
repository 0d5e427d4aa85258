const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** To the nearest, with one digit behind the point below ten. */
function rounded(bytes: number, base: 1000 | 1024): string {
  const units = base === 1000 ? DECIMAL : BINARY
  let power = 0
  let value = bytes
  while (value >= base && power < units.length - 1) {
    value /= base
    power += 1
  }
  const digits = power > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)
  return `${digits} ${units[power] ?? ''}`
}

/** The last line of `dd`: how much it was and how fast. */
export function humanCount(bytes: number, ms: number): string {
  const seconds = Math.max(ms, 0.001) / 1000
  const scaled = [...(bytes >= 1000 ? [rounded(bytes, 1000)] : []), ...(bytes >= 1024 ? [rounded(bytes, 1024)] : [])]
  const shown = scaled.length === 0 ? '' : ` (${scaled.join(', ')})`
  const digits = Number(seconds.toPrecision(6))
  return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}${shown} copied, ${digits} s, ${rounded(bytes / seconds, 1000)}/s\n`
}

/** What is said of a block that is larger than memory. */
export function tooLargeBlock(kind: 'input' | 'output', bytes: number): string {
  return `memory exhausted by ${kind} buffer of size ${bytes} bytes (${rounded(bytes, 1024)})`
}
