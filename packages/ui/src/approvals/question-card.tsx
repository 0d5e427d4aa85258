import { useId, useRef, useState, type KeyboardEvent, type ReactNode, type RefCallback } from 'react'
import type { OpenQuestion, PersonAnswer, QuestionOption } from '@tabwright/protocol'
import { MessageCircleQuestionMark } from 'lucide-react'
import { t } from '../language'
import { Button } from '../layout/button'
import { AskCard, useAsking } from './ask-card'
import { Visible } from './exact-request'
import styles from './question-card.module.css'

export interface QuestionCardProps {
  readonly open: OpenQuestion
  /** This one and those behind it. */
  readonly place: { readonly n: number; readonly of: number }
  /** The focus must stay where it is. */
  readonly isOccupied: () => boolean
  readonly onAnswer: (answer: PersonAnswer) => Promise<void>
}

/** Asks what the agent wants to know. The focus is on the first field, where no key answers by itself. Give it the call as `key`. */
export function QuestionCard({ open: { call, question }, place, isOccupied, onAnswer }: QuestionCardProps): ReactNode {
  const { text, options, several } = question
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [words, setWords] = useState('')
  const first = useRef<HTMLElement>(null)
  const skip = useRef<HTMLButtonElement>(null)
  const id = useId()
  const { ready, problem, give, refuses } = useAsking<PersonAnswer>({ digest: call, safe: first, isOccupied, onAnswer })
  const isEmpty = chosen.length === 0 && words.trim() === ''
  const answer = (): void => {
    if (ready && !isEmpty) void give({ type: 'answered', chosen, ...(words.trim() !== '' && { text: words }) })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // What is typed right after the card appeared was meant for it, but no key may answer yet.
    const isAnswering = event.key === 'Escape' || (event.key === 'Enter' && (event.metaKey || event.ctrlKey))
    if (!isAnswering || refuses(event)) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Enter') answer()
    else if (!isEmpty) skip.current?.focus()
    else if (ready) void give({ type: 'declined' })
  }
  const choose = (label: string, isOn: boolean): void => {
    if (!several) setChosen([label])
    else setChosen(options.map((one) => one.label).filter((one) => (one === label ? isOn : chosen.includes(one))))
  }

  return (
    <AskCard
      label={t('Question from the agent')}
      icon={<MessageCircleQuestionMark size={18} aria-hidden />}
      title={t('The agent asks')}
      tool="ask_person"
      reason={
        <span className={styles['question']}>
          <Visible text={text} />
        </span>
      }
      place={place}
      problem={problem}
      onKeyDown={onKeyDown}
      actions={
        <>
          <Button ref={skip} disabled={!ready} onPress={() => void give({ type: 'declined' })} title={t('Go on without an answer (Esc)')}>
            {t('Skip')}
          </Button>
          <span className={styles['gap']} />
          <Button look="primary" disabled={!ready || isEmpty} onPress={answer} title={t('Answer (Ctrl+Enter)')}>
            {t('Answer')}
          </Button>
        </>
      }
    >
      {options.length > 0 && (
        <fieldset className={styles['options']}>
          <legend>{t(several ? 'Choose one or more' : 'Choose one')}</legend>
          {options.map((option, i) => (
            <Option
              key={option.label}
              option={option}
              name={id}
              isSeveral={several}
              isChosen={chosen.includes(option.label)}
              field={i === 0 ? (field) => void (first.current = field) : undefined}
              onChoose={(isOn) => choose(option.label, isOn)}
            />
          ))}
        </fieldset>
      )}
      <label className={styles['label']} htmlFor={`${id}words`}>
        {t(options.length > 0 ? 'Or, or also, in your own words' : 'Your answer')}
      </label>
      <textarea
        id={`${id}words`}
        ref={options.length === 0 ? (field) => void (first.current = field) : undefined}
        className={styles['words']}
        rows={2}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
    </AskCard>
  )
}

interface OptionProps {
  readonly option: QuestionOption
  readonly name: string
  readonly isSeveral: boolean
  readonly isChosen: boolean
  readonly field: RefCallback<HTMLInputElement> | undefined
  readonly onChoose: (isOn: boolean) => void
}

function Option({ option: { label, about }, name, isSeveral, isChosen, field, onChoose }: OptionProps): ReactNode {
  return (
    <label className={styles['option']}>
      <input
        ref={field}
        type={isSeveral ? 'checkbox' : 'radio'}
        name={name}
        checked={isChosen}
        onChange={(event) => onChoose(event.target.checked)}
      />
      <span>
        <Visible text={label} />
        {about !== undefined && (
          <span className={styles['about']}>
            <Visible text={about} />
          </span>
        )}
      </span>
    </label>
  )
}
