import { useState, type FormEvent, type ReactNode } from 'react'
import { failureOf } from '@tabwright/protocol'
import { t } from '../language'
import css from './history.module.css'
import controls from '../layout/controls.module.css'

/** Gives the present a name, to come back to it. */
export function NamePoint({ onName }: { readonly onName: (name: string) => Promise<void> }): ReactNode {
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const wanted = name.trim()
    if (wanted === '' || busy) return
    setBusy(true)
    setProblem(undefined)
    try {
      await onName(wanted)
      setName('')
    } catch (error) {
      setProblem(t('{message} The name was not kept.', { message: failureOf(error).message }))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className={css['naming']} onSubmit={(event) => void submit(event)}>
      <input
        aria-label={t('Checkpoint name')}
        placeholder={t('Name this moment')}
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className={controls['button']} data-look="outline" disabled={busy || name.trim() === ''}>
        {t('Name checkpoint')}
      </button>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </form>
  )
}
