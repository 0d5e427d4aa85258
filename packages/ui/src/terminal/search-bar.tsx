import { type JSX, type KeyboardEvent, useState } from 'react'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { t } from '../language'
import { IconButton } from '../layout/icon-button'
import css from './terminal.module.css'
import type { Found } from './terminal-screen'

export interface SearchBarProps {
  readonly found: Found
  readonly onFind: (text: string, where: 'next' | 'previous' | 'here') => void
  readonly onClose: () => void
}

/** Searches what a terminal shows: Enter for the next place, Shift+Enter for the one before, Escape back to the shell. */
export function SearchBar({ found, onFind, onClose }: SearchBarProps): JSX.Element {
  const [text, setText] = useState('')
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') onFind(text, event.shiftKey ? 'previous' : 'next')
    else if (event.key === 'Escape') onClose()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div role="search" aria-label={t('In the terminal')} className={css.search} onKeyDown={onKey}>
      <input
        type="search"
        aria-label={t('Search the terminal')}
        placeholder={t('Search')}
        spellCheck={false}
        ref={(input) => input?.focus()}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          onFind(event.target.value, 'here')
        }}
      />
      <span role="status" className={css.count}>
        {text === ''
          ? ''
          : found.of === 0
            ? t('Not found')
            : found.at > 0
              ? t('{part} of {whole}', { part: found.at, whole: found.of })
              : t('{n} places', { n: found.of })}
      </span>
      <IconButton label={t('Place before')} onPress={() => onFind(text, 'previous')} disabled={found.of === 0}>
        <ChevronUp size={15} aria-hidden />
      </IconButton>
      <IconButton label={t('Next place')} onPress={() => onFind(text, 'next')} disabled={found.of === 0}>
        <ChevronDown size={15} aria-hidden />
      </IconButton>
      <IconButton label={t('End the search')} onPress={onClose}>
        <X size={15} aria-hidden />
      </IconButton>
    </div>
  )
}
