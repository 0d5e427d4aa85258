import { callId, type PersonQuestion } from '@tabwright/protocol'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { QuestionCard } from './question-card'

const markupOf = (question: PersonQuestion): string =>
  renderToStaticMarkup(
    <QuestionCard
      open={{ call: callId('q1'), question }}
      place={{ n: 1, of: 2 }}
      isOccupied={() => false}
      onAnswer={async () => undefined}
    />,
  )

const OPTIONS = [{ label: 'Keep \u202Eit', about: 'nothing moves' }, { label: 'Move it' }]

test('[F49] a question is a dialogue with one choice of its options, words of one’s own, and no answer that is given by itself', () => {
  const markup = markupOf({ text: 'Which?', options: OPTIONS, several: false })
  expect(markup).toContain('role="alertdialog" aria-label="Question from the agent"')
  expect([...markup.matchAll(/type="radio"/g)]).toHaveLength(2)
  expect(markup).not.toContain('checked=""')
  expect(markup, 'what hides is spelled out').not.toContain('\u202E')
  expect(markup).toContain('Or, or also, in your own words')
  expect(markup).toContain('1 of 2')
  for (const button of markup.matchAll(/<button([^>]*)>/g)) expect(button[1], 'half a second for whoever was typing').toContain('disabled')
})

test('[F49] several may be chosen where the agent says so, and without options there is a field alone', () => {
  expect([...markupOf({ text: 'Which?', options: OPTIONS, several: true }).matchAll(/type="checkbox"/g)]).toHaveLength(2)
  const words = markupOf({ text: 'What is it called?', options: [], several: false })
  expect(words).not.toContain('<fieldset')
  expect(words).toContain('Your answer')
})
