import type { JSX } from 'react'
import { t, type Phrase } from '../language'
import type { Buffer } from './buffers'
import css from './editor.module.css'

interface Choice {
  readonly label: string
  readonly act: () => void
}

interface StripProps {
  readonly tone: 'warn' | 'danger'
  readonly text: string
  readonly choices: readonly Choice[]
}

function Strip({ tone, text, choices }: StripProps): JSX.Element {
  return (
    <div role="alert" className={css.strip} data-tone={tone}>
      <span className={css.stripText}>{text}</span>
      {choices.map((choice) => (
        <button key={choice.label} type="button" className={css.stripButton} onClick={choice.act}>
          {choice.label}
        </button>
      ))}
    </div>
  )
}

export interface EditorNoticeProps {
  readonly buffer: Buffer
  /** The person asked to close it while it was dirty. */
  readonly closing: boolean
  /** They asked to save it while it has to be decided first whose text it is. */
  readonly refused: boolean
  readonly onReload: () => void
  readonly onKeep: () => void
  /** Both texts are on show. */
  readonly comparing: boolean
  readonly onCompare: () => void
  readonly onSave: () => void
  readonly onSaveAndClose: () => void
  readonly onDiscard: () => void
  readonly onStay: () => void
}

/** What the person has to know or decide about the file on show: one thing at a time, the most pressing first. */
export function EditorNotice(props: EditorNoticeProps): JSX.Element | null {
  const { buffer } = props
  if (buffer.newer !== undefined) {
    const isGone = buffer.newer.type === 'gone'
    const choices = [
      {
        label: isGone ? t('Close without saving') : t('Reload'),
        act: isGone ? props.onDiscard : props.onReload,
      },
      ...(isCompared(buffer.newer) ? [{ label: t(props.comparing ? 'Hide the comparison' : 'Compare'), act: props.onCompare }] : []),
      { label: t('Keep mine'), act: props.onKeep },
    ]
    const text = t(newerText(isGone, props.refused))
    return <Strip tone={props.refused ? 'danger' : 'warn'} text={text} choices={choices} />
  }
  if (buffer.error !== undefined) {
    return (
      <Strip
        tone="danger"
        text={t('Not saved: {error} Your text is kept here.', { error: buffer.error })}
        choices={[{ label: t('Save again'), act: props.onSave }]}
      />
    )
  }
  if (!props.closing) return null
  const choices = [
    { label: t('Save and close'), act: props.onSaveAndClose },
    { label: t('Close without saving'), act: props.onDiscard },
    { label: t('Cancel'), act: props.onStay },
  ]
  return <Strip tone="warn" text={t('This file has changes that are not saved.')} choices={choices} />
}

/** Two texts, or one and nothing. */
function isCompared(newer: NonNullable<Buffer['newer']>): boolean {
  return newer.type === 'text' || newer.type === 'gone'
}

function newerText(isGone: boolean, isRefused: boolean): Phrase {
  if (!isRefused)
    return isGone
      ? 'This file was deleted while you were editing it. Your text is kept here.'
      : 'This file was changed by someone else while you were editing it. Your text is kept here.'
  return isGone
    ? 'Not saved: this file was deleted meanwhile. Your text is kept here; choose Keep mine and save again, or drop it.'
    : 'Not saved: this file was changed by someone else meanwhile. Your text is kept here; choose Keep mine and save again, or drop it.'
}
