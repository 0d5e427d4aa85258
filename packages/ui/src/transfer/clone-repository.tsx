import { GitBranch } from 'lucide-react'
import { type FormEvent, type JSX, useId, useState } from 'react'
import { t } from '../language'
import { Button } from '../layout/button'
import controls from '../layout/controls.module.css'
import { repositoryAddress } from './repository-address'
import css from './transfer.module.css'

export interface CloneRepositoryProps {
  readonly onClone: (url: string, name: string) => void
}

/** A new session with a repository from a git host in it. */
export function CloneRepository({ onClone }: CloneRepositoryProps): JSX.Element {
  const [typed, setTyped] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const id = useId()
  if (typed === undefined)
    return (
      <div className={css.opens}>
        <Button look="plain" onPress={() => setTyped('')}>
          <GitBranch size={14} aria-hidden /> {t('Clone a repository…')}
        </Button>
      </div>
    )
  const close = (): void => {
    setTyped(undefined)
    setProblem(undefined)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const address = repositoryAddress(typed)
    if (address.type === 'address') onClone(address.url, address.name)
    else setProblem(address.message)
  }
  return (
    <form className={css.clone} onSubmit={submit} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <label htmlFor={id}>{t('Address of the repository')}</label>
      <input
        id={id}
        // The person just asked for this field.
        autoFocus
        autoComplete="off"
        spellCheck={false}
        inputMode="url"
        placeholder="https://github.com/owner/name"
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-said`}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          setProblem(undefined)
        }}
      />
      <button type="submit" className={controls['button']} data-look="primary">
        {t('Clone')}
      </button>
      <Button look="plain" onPress={close}>
        {t('Cancel')}
      </Button>
      <p id={`${id}-said`} role={problem === undefined ? undefined : 'alert'} data-problem={problem !== undefined}>
        {problem ??
          t('The terminal shows how it goes. You are asked before anything is sent; private ones need a token in Settings › Git hosts.')}
      </p>
    </form>
  )
}
