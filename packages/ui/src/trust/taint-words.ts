import type { SessionTaint, TaintLeg } from '@tabwright/protocol'

/** What came together in a session, as a person reads it. */
export interface TaintView {
  /** Few words for the bar. */
  readonly short: string
  /** Everything, in a sentence. */
  readonly label: string
  readonly level: 'calm' | 'asks' | 'closed' | 'alarm'
  readonly legs: readonly { readonly name: string; readonly leg: TaintLeg | undefined; readonly none: string }[]
}

/** Undefined where nothing is to be told: nothing came in, and nothing is closed. */
export function taintView(taint: SessionTaint): TaintView | undefined {
  const { untrusted, private: own, egress, alarm, isClosed } = taint
  const legs = [
    { name: 'Words of others', leg: untrusted, none: 'Nothing from outside was read' },
    { name: 'Private data', leg: own, none: 'Nothing private is in it' },
    { name: 'Sent out', leg: egress, none: 'Nothing was sent' },
    ...(alarm ? [{ name: 'Decoy stopped', leg: alarm, none: '' }] : []),
  ]
  const set = legs.filter(({ leg }) => leg !== undefined)
  if (set.length === 0 && !isClosed) return undefined
  const asks = untrusted !== undefined && own !== undefined
  const level = isClosed ? 'closed' : alarm ? 'alarm' : asks ? 'asks' : 'calm'
  const what = set.map(({ name }) => name.toLowerCase()).join(', ')
  const holds = what === '' ? '' : ` In this session: ${what}.`
  return { short: SHORT[level], label: `${SENTENCES[level]}${holds}`, level, legs }
}

const SHORT = { calm: 'Traces', asks: 'Requests ask', closed: 'Network closed', alarm: 'Decoy stopped' } as const
const SENTENCES = {
  calm: 'What came together in this session.',
  asks: 'Every request to the network asks.',
  closed: 'The network is closed.',
  alarm: 'Something tried to send the decoy token of this session, and was stopped.',
} as const
