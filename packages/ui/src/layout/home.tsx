import type { ReactNode } from 'react'
import { ImportSession } from './import-session'
import styles from './home.module.css'

/** What a new session starts with. */
export type StartFrom = 'demo' | 'blank'

export interface HomeProps {
  /** The box to write in. */
  readonly composer: ReactNode
  readonly from: StartFrom
  readonly onFrom: (from: StartFrom) => void
  /** Fills the box; never sends. */
  readonly onExample: (prompt: string) => void
  /** Opens an exported session; rejects with a FailureError that says what is wrong with the file. */
  readonly onImport: (file: File, isBackup: boolean) => Promise<void>
}

const EXAMPLES: Readonly<Record<StartFrom, readonly (readonly [title: string, prompt: string])[]>> = {
  demo: [
    ['Fix what fails', 'Run the tests, find out why one fails, and fix the cause.'],
    ['Explain the project', 'Read this project and explain in ten lines how it works.'],
    ['Add a feature', 'Add a 10 % discount for orders over 100, with tests for the edges.'],
    ['Find weak spots', 'Look for inputs that this code handles badly and show me each with a failing test.'],
  ],
  blank: [
    ['A small tool', 'Write a command-line tool in Node that counts words per file in a folder, with tests.'],
    ['A parser', 'Write a parser for simple arithmetic with brackets in plain JavaScript, with node:test tests.'],
    ['A kata', 'Set up the bowling kata with node --test and solve it step by step.'],
    ['A page', 'Make a single HTML page with a pomodoro timer, no dependencies.'],
  ],
}

const PROJECTS: readonly (readonly [StartFrom, string, string])[] = [
  ['demo', 'Demo project', 'A small shop with a bug'],
  ['blank', 'Empty', 'No files'],
]

/** The first page. */
export function Home({ composer, from, onFrom, onExample, onImport }: HomeProps): ReactNode {
  return (
    <div className={styles['home']}>
      <div className={styles['inner']}>
        <h1>What should we build?</h1>
        {composer}
        <fieldset className={styles['from']}>
          <legend>Start from</legend>
          {PROJECTS.map(([value, label, about]) => (
            <label key={value}>
              <input type="radio" name="start-from" value={value} checked={from === value} onChange={() => onFrom(value)} />
              <span>{label}</span>
              <small>{about}</small>
            </label>
          ))}
        </fieldset>
        <ImportSession onImport={onImport} />
        <div className={styles['examples']} role="group" aria-label="Examples">
          {EXAMPLES[from].map(([title, prompt]) => (
            <button key={title} type="button" onClick={() => onExample(prompt)}>
              <strong>{title}</strong>
              <span>{prompt}</span>
            </button>
          ))}
        </div>
      </div>
    </div>
  )
}
