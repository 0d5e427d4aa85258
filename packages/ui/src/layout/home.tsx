import type { ReactNode } from 'react'
import type { TemplateName } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import { CloneRepository } from '../transfer/clone-repository'
import { DropZone } from '../transfer/drop-zone'
import type { IncomingFiles } from '../transfer/incoming'
import { StartFromFiles } from '../transfer/start-from-files'
import { FirstSteps } from './first-steps'
import { ImportSession } from './import-session'
import styles from './home.module.css'

/** What a new session starts with. */
export type StartFrom = 'demo' | 'blank' | TemplateName

export interface HomeProps {
  /** The box to write in. */
  readonly composer: ReactNode
  readonly from: StartFrom
  readonly onFrom: (from: StartFrom) => void
  /** Fills the box; never sends. */
  readonly onExample: (prompt: string) => void
  /** Opens an exported session; rejects with a FailureError that says what is wrong with the file. */
  readonly onImport: (file: File, isBackup: boolean) => Promise<void>
  /** Begins a session with files of the person's own. */
  readonly onFiles: (files: IncomingFiles) => void
  /** Begins a session with a repository. */
  readonly onClone: (url: string, name: string) => void
  /** What was dropped could not be read. */
  readonly onDropFailed: (error: unknown) => void
  /** What was worked on last; nothing while it is read. */
  readonly recent: ReactNode
  /** Somebody is here for the first time, and may not want to be told; undefined: nobody is. */
  readonly onSkipSteps: (() => void) | undefined
}

/** The prompts are what the person says, so in the person's language: it is the one that is answered in. */
const EXAMPLES: Readonly<Record<StartFrom, readonly (readonly [title: Phrase, prompt: Phrase])[]>> = {
  demo: [
    ['Fix what fails', 'Run the tests, find out why one fails, and fix the cause.'],
    ['Explain the project', 'Read this project and explain in ten lines how it works.'],
    ['Add a feature', 'Add a 10 % discount for orders over 100, with tests for the edges.'],
    ['Find weak spots', 'Look for inputs that this code handles badly and show me each with a failing test.'],
  ],
  page: [
    ['A front page', 'Turn this page into the front page of a small café, with opening hours and what is on the board today.'],
    ['A timer', 'Make this page a pomodoro timer with start, pause and a bar that fills.'],
    ['A game', 'Make this page a game of memory with sixteen cards and a count of the moves.'],
    ['A chart', 'Draw the numbers that are pasted into a text box as bars, without a library.'],
  ],
  program: [
    ['Explain the project', 'Read this project and explain in ten lines how it works.'],
    ['Add an option', 'Add an option --top that says how many words are shown, with tests.'],
    ['Find weak spots', 'Look for inputs that this code handles badly and show me each with a failing test.'],
    ['Another program', 'Turn this into a program that renames files by a pattern, with a dry run and tests.'],
  ],
  blank: [
    ['A small tool', 'Write a command-line tool in Node that counts words per file in a folder, with tests.'],
    ['A parser', 'Write a parser for simple arithmetic with brackets in plain JavaScript, with node:test tests.'],
    ['A kata', 'Set up the bowling kata with node --test and solve it step by step.'],
    ['A page', 'Make a single HTML page with a pomodoro timer, no dependencies.'],
  ],
}

const PROJECTS: readonly (readonly [StartFrom, Phrase, Phrase])[] = [
  ['demo', 'Demo project', 'A small shop with a bug'],
  ['page', 'Web page', 'HTML, style, script'],
  ['program', 'Node program', 'With tests'],
  ['blank', 'Empty', 'No files'],
]

/** The first page. */
export function Home({
  composer,
  from,
  onFrom,
  onExample,
  onImport,
  onFiles,
  onClone,
  onDropFailed,
  recent,
  onSkipSteps,
}: HomeProps): ReactNode {
  return (
    <DropZone label={t('Drop to begin a session with these files')} onFiles={onFiles} onFailed={onDropFailed}>
      <div className={styles['home']}>
        <div className={styles['inner']}>
          <h1>{t('What should we build?')}</h1>
          {composer}
          <fieldset className={styles['from']}>
            <legend>{t('Start from')}</legend>
            {PROJECTS.map(([value, label, about]) => (
              <label key={value}>
                <input type="radio" name="start-from" value={value} checked={from === value} onChange={() => onFrom(value)} />
                <span>{t(label)}</span>
                <small>{t(about)}</small>
              </label>
            ))}
          </fieldset>
          <div>
            <StartFromFiles onFiles={onFiles} />
            <CloneRepository onClone={onClone} />
            <ImportSession onImport={onImport} />
          </div>
          {recent}
          {onSkipSteps !== undefined && from === 'demo' && <FirstSteps onSkip={onSkipSteps} />}
          <div className={styles['examples']} role="group" aria-label={t('Examples')}>
            {EXAMPLES[from].map(([title, prompt]) => (
              <button key={title} type="button" onClick={() => onExample(t(prompt))}>
                <strong>{t(title)}</strong>
                <span>{t(prompt)}</span>
              </button>
            ))}
          </div>
        </div>
      </div>
    </DropZone>
  )
}
