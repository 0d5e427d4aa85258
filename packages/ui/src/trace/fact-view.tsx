import { useCallback, type ReactNode } from 'react'
import type { SessionEvent } from '@tabwright/protocol'
import { t } from '../language'
import { Visible } from '../approvals/exact-request'
import { useLoad } from '../layout/use-load'
import css from './trace.module.css'

/** More of a fact is not laid out: a result may be a megabyte, and the whole of it is in the export. */
const MOST = 20_000

interface FactViewProps {
  /** The fact that began a step and the one that ended it. */
  readonly seqs: readonly number[]
  readonly read: (seq: number) => Promise<SessionEvent | undefined>
}

/** Facts as the log has them. */
export function FactView({ seqs, read }: FactViewProps): ReactNode {
  const key = seqs.join(' ')
  const state = useLoad(useCallback(async () => Promise.all(key.split(' ').map((seq) => read(Number(seq)))), [key, read]))
  if (state.type === 'loading') return <p className={css['fact']}>{t('Reading the fact…')}</p>
  if (state.type === 'failed')
    return (
      <p className={css['fact']} role="alert">
        {state.message}
      </p>
    )
  return state.value.map((fact) => fact && <Fact key={fact.seq} fact={fact} />)
}

function Fact({ fact }: { readonly fact: SessionEvent }): ReactNode {
  const text = JSON.stringify(fact.data, null, 2)
  return (
    <section className={css['fact']} aria-label={`${t('Fact {seq}', { seq: fact.seq })}, ${fact.type}`}>
      <h3>{`${t('Fact {seq}', { seq: fact.seq })} · ${fact.type} · ${new Date(fact.at).toISOString()}`}</h3>
      <pre tabIndex={0}>
        <Visible text={text.slice(0, MOST)} />
        {text.length > MOST && `\n… ${t('{count} characters more', { count: text.length - MOST })}`}
      </pre>
    </section>
  )
}
