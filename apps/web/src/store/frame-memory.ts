import type { FrameOpen, Memory } from '@tabwright/ui'

const KEY = 'tabwright.open'
/** First visit: no workbench until there is something in it. */
const FIRST: FrameOpen = { sessions: true, workbench: false, terminal: false }

/** Which columns were open. */
export function readFrameOpen(memory: Memory): FrameOpen {
  const kept = memory.getItem(KEY)
  if (kept === null) return FIRST
  const parts = kept.split(' ')
  return { sessions: parts.includes('sessions'), workbench: parts.includes('workbench'), terminal: parts.includes('terminal') }
}

/** Whether the workbench was ever opened or closed here: if not, it opens by itself once, at the first change. */
export function isFirstVisit(memory: Memory): boolean {
  return memory.getItem(KEY) === null
}

export function writeFrameOpen(memory: Memory, open: FrameOpen): void {
  const parts = (['sessions', 'workbench', 'terminal'] as const).filter((part) => open[part])
  memory.setItem(KEY, parts.join(' '))
}
