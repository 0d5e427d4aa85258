import type { ReactNode } from 'react'
import type { OpenQuestion, PersonAnswer } from '@tabwright/protocol'
import { t } from '../language'
import { QuestionCard } from './question-card'
import { isOccupied } from './typing'
import { usePlace } from './use-place'

export interface QuestionDockProps {
  /** In order; one is asked at a time. */
  readonly questions: readonly OpenQuestion[]
  readonly onAnswer: (question: OpenQuestion, answer: PersonAnswer) => Promise<void>
  /** Called after an answer given inside the card, so that the focus can go back to the composer. */
  readonly onSettled: () => void
}

/** The place above the composer where the agent's questions are asked. Always mounted: what is announced must have been there before. */
export function QuestionDock({ questions, onAnswer, onSettled }: QuestionDockProps): ReactNode {
  const place = usePlace(questions.map(({ call }) => ({ digest: call })))
  const [first] = questions
  const answer = async (given: PersonAnswer): Promise<void> => {
    if (first === undefined) return
    await onAnswer(first, given)
    onSettled()
  }
  return (
    <>
      <div aria-live="assertive" className="visually-hidden">
        {first !== undefined && t('The agent asks: {question}', { question: first.question.text })}
      </div>
      {first !== undefined && <QuestionCard key={first.call} open={first} place={place} isOccupied={isOccupied} onAnswer={answer} />}
    </>
  )
}
