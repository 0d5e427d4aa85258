import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { failureOf, parseRule, wrongWith, type RuleEffect } from '@tabwright/protocol'
import { t } from '../../language'
import type { NewRuleText } from './permissions-tab'
import styles from '../settings.module.css'

export interface RuleFormProps {
  readonly hasSession: boolean
  readonly onAdd: (rule: NewRuleText) => Promise<void>
}

/** A rule as a person writes it. */
export function RuleForm({ hasSession, onAdd }: RuleFormProps): ReactNode {
  const ids = { text: useId(), effect: useId(), reach: useId(), help: useId() }
  const [effect, setEffect] = useState<RuleEffect>('deny')
  const [reach, setReach] = useState<NewRuleText['reach']>('user')
  const [text, setText] = useState('')
  const [said, setSaid] = useState<{ readonly tone: 'ok' | 'danger'; readonly text: string }>()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const wrong = wrongOf(text, effect)
    if (wrong !== undefined) return setSaid({ tone: 'danger', text: wrong })
    try {
      await onAdd({ effect, text, reach: hasSession ? reach : 'user' })
      setText('')
      setSaid({ tone: 'ok', text: t('The rule holds from the next call on.') })
    } catch (error) {
      setSaid({ tone: 'danger', text: failureOf(error).message })
    }
  }
  return (
    <form className={styles['form']} onSubmit={(event) => void submit(event)} aria-label={t('Add a rule')}>
      <label htmlFor={ids.effect}>{t('Effect')}</label>
      <select id={ids.effect} value={effect} onChange={(event) => setEffect(EFFECTS.find((one) => one === event.target.value) ?? 'deny')}>
        <option value="deny">{t('Deny')}</option>
        <option value="ask">{t('Ask')}</option>
        <option value="allow">{t('Allow')}</option>
      </select>
      <label htmlFor={ids.text}>{t('Rule')}</label>
      <input
        id={ids.text}
        aria-describedby={ids.help}
        aria-invalid={said?.tone === 'danger'}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        placeholder="shell(npm run *)"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <small id={ids.help} className={styles['help']}>
        {t(
          'shell(npm test) is these exact words, shell(npm run *) whatever begins so; read_file(src/**), edit_file(docs/*.md) are paths; fetch(https://api.example.org) is a host.',
        )}
      </small>
      {hasSession && (
        <>
          <label htmlFor={ids.reach}>{t('Where')}</label>
          <select id={ids.reach} value={reach} onChange={(event) => setReach(event.target.value === 'project' ? 'project' : 'user')}>
            <option value="user">{t('In all projects')}</option>
            <option value="project">{t('In this project')}</option>
          </select>
        </>
      )}
      <div className={styles['row']}>
        <button type="submit" className={styles['submit']} disabled={text.trim() === ''}>
          {t('Add rule')}
        </button>
        {said !== undefined && (
          <p role={said.tone === 'danger' ? 'alert' : 'status'} data-tone={said.tone}>
            {said.text}
          </p>
        )}
      </div>
    </form>
  )
}

const EFFECTS: readonly RuleEffect[] = ['deny', 'ask', 'allow']

function wrongOf(text: string, effect: RuleEffect): string | undefined {
  const read = parseRule(text)
  return 'wrong' in read ? read.wrong : wrongWith(read.pattern, effect)
}
