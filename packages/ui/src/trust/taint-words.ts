import type { SessionTaint, TaintLeg } from '@tabwright/protocol'
import { t } from '../language'

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
    { name: t('Words of others'), said: t('words of others'), leg: untrusted, none: t('Nothing from outside was read') },
    { name: t('Private data'), said: t('private data'), leg: own, none: t('Nothing private is in it') },
    { name: t('Sent out'), said: t('sent out'), leg: egress, none: t('Nothing was sent') },
    ...(alarm ? [{ name: t('Decoy stopped'), said: t('decoy stopped'), leg: alarm, none: '' }] : []),
  ]
  const set = legs.filter(({ leg }) => leg !== undefined)
  if (set.length === 0 && !isClosed) return undefined
  const asks = untrusted !== undefined && own !== undefined
  const level = isClosed ? 'closed' : alarm ? 'alarm' : asks ? 'asks' : 'calm'
  const what = set.map(({ said }) => said).join(t(', '))
  const holds = what === '' ? [] : [t('In this session: {what}.', { what })]
  return { short: t(SHORT[level]), label: [t(SENTENCES[level]), ...holds].join(' '), level, legs }
}

const SHORT = { calm: 'Traces', asks: 'Requests ask', closed: 'Network closed', alarm: 'Decoy stopped' } as const
const SENTENCES = {
  calm: 'What came together in this session.',
  asks: 'Every request to the network asks.',
  closed: 'The network is closed.',
  alarm: 'Something tried to send the decoy token of this session, and was stopped.',
} as const
