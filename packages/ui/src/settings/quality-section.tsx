import { useId, useState, type FormEvent, type ReactNode } from 'react'
import type { ModelInfo, QualityCheck, QualityWish } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import styles from './settings.module.css'

export interface QualitySectionProps {
  readonly quality: QualityWish
  readonly onQuality: (quality: QualityWish) => void
  /** Those that can be asked; none for the demo. */
  readonly models: readonly ModelInfo[]
}

type Kind = QualityCheck['type']

const KINDS: readonly (readonly [Kind, Phrase])[] = [
  ['none', 'Nothing'],
  ['command', 'A command'],
  ['schema', 'A JSON Schema'],
  ['question', 'A question to the model'],
]
const FIELDS: Readonly<Record<Exclude<Kind, 'none'>, { readonly label: Phrase; readonly about: Phrase }>> = {
  command: {
    label: 'Command',
    about: 'Run where the agent changed files, in its own shell and asked about like its own commands. Exit code 0 passes.',
  },
  schema: {
    label: 'Schema',
    about: 'For final answers that are JSON, or end with a block of it.',
  },
  question: {
    label: 'Question',
    about: 'One more request for each final answer, billed and counted like all others. No is a failure.',
  },
}
/** What programs read is the same in every language. */
const EXAMPLES = { command: 'npm test', schema: '{"type":"object","required":["files"]}' } as const

/** What finished work is held against, and who is asked when it fails. */
export function QualitySection({ quality, onQuality, models }: QualitySectionProps): ReactNode {
  const [kind, setKind] = useState<Kind>(quality.check.type)
  const [text, setText] = useState(() => textOf(quality.check))
  const [stronger, setStronger] = useState(quality.stronger?.id ?? '')
  const id = useId()
  const model = models.find((one) => one.id === stronger)
  const next: QualityWish = { check: checkOf(kind, text), ...(model && { stronger: model }) }
  const isSame = JSON.stringify(plain(next)) === JSON.stringify(plain(quality))
  const isWrong = kind !== 'none' && text.trim() === ''
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!isWrong) onQuality(next)
  }
  return (
    <form className={styles['form']} onSubmit={submit} noValidate>
      <h3>{t('When work is done')}</h3>
      <p>
        {t(
          'Before a turn ends its work is held against this. What fails is told to the agent, which tries twice more and then another approach; then the stronger model is asked, where you chose one, and then you. A circle goes straight to the stronger model.',
        )}
      </p>
      <fieldset className={styles['guard']}>
        <legend>{t('Hold it against')}</legend>
        {KINDS.map(([value, label]) => (
          <label key={value}>
            <input type="radio" name={id} value={value} checked={kind === value} onChange={() => setKind(value)} />
            {t(label)}
          </label>
        ))}
        {kind !== 'none' && <p className={styles['aside']}>{t(FIELDS[kind].about)}</p>}
      </fieldset>
      {kind !== 'none' && (
        <label>
          {t(FIELDS[kind].label)}
          <input
            autoComplete="off"
            spellCheck={false}
            maxLength={20_000}
            placeholder={kind === 'question' ? t('Does it say which files were changed?') : EXAMPLES[kind]}
            aria-invalid={isWrong}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
      )}
      {models.length > 1 && (
        <label>
          {t('Stronger model')}
          <select value={stronger} onChange={(event) => setStronger(event.target.value)}>
            <option value="">{t('none')}</option>
            {models.map((one) => (
              <option key={one.id} value={one.id}>
                {one.label}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className={styles['row']}>
        <button type="submit" className={styles['submit']} disabled={isSame || isWrong}>
          {t('Use this check')}
        </button>
        <p role="status" data-tone={isSame ? 'ok' : undefined}>
          {isWrong ? t('Write what it is to be held against.') : isSame ? t('This holds from the next turn on.') : ''}
        </p>
      </div>
    </form>
  )
}

const plain = ({ check, stronger }: QualityWish): readonly unknown[] => [check.type, textOf(check), stronger?.id ?? '']

function textOf(check: QualityCheck): string {
  switch (check.type) {
    case 'none':
      return ''
    case 'command':
      return check.command
    case 'schema':
      return check.schema
    case 'question':
      return check.question
  }
}

function checkOf(kind: Kind, text: string): QualityCheck {
  switch (kind) {
    case 'none':
      return { type: 'none' }
    case 'command':
      return { type: 'command', command: text.trim() }
    case 'schema':
      return { type: 'schema', schema: text.trim() }
    case 'question':
      return { type: 'question', question: text.trim() }
  }
}
