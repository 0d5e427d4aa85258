import type { Process } from '../../processes/process'
import type { System } from '../../system'
import { lastName } from '../files/look'

/** The name that a system would have for it: that of its program, cut at 15 letters. */
export function shortName({ title }: Process): string {
  const [first = ''] = title.trim().split(/\s/, 1)
  return (lastName(first) || title).slice(0, 15)
}

/** All processes, oldest first. */
export function allProcesses({ processes }: System): readonly Process[] {
  return processes.all.toSorted((a, b) => a.pid - b.pid)
}
