import type { ReactNode } from 'react'
import type { Mode } from '@tabwright/protocol'
import { ChevronDown, Eye, PencilLine, Rocket, ShieldQuestion, Siren, type LucideIcon } from 'lucide-react'
import { t, type Phrase } from '../language'
import { MenuButton } from '../layout/menu-button'
import styles from './status-line.module.css'

export interface ModeChipProps {
  readonly mode: Mode
  /** Those that can be chosen here, in their order. */
  readonly modes: readonly Mode[]
  readonly onMode: (mode: Mode) => void
}

const ICONS: Readonly<Record<Mode, LucideIcon>> = {
  ask: ShieldQuestion,
  'accept-edits': PencilLine,
  plan: Eye,
  auto: Rocket,
  bypass: Siren,
}

const NAMES: Readonly<Record<Mode, Phrase>> = {
  ask: 'Ask',
  'accept-edits': 'Accept edits',
  plan: 'Plan',
  auto: 'Auto',
  bypass: 'Bypass',
}

const ABOUT: Readonly<Record<Mode, Phrase>> = {
  ask: 'Reading is free, everything else asks',
  'accept-edits': 'Edits are made and reviewed afterwards; commands ask',
  plan: 'The agent looks, and says what it would do',
  auto: 'Works in the sandbox; secrets, settings and the network ask',
  bypass: 'Nothing in the sandbox asks, until the session is opened again',
}

/** What a mode is called in the language on screen. */
export function modeName(mode: Mode): string {
  return t(NAMES[mode])
}

/** Shows at all times how much may be done without asking, and changes it. */
export function ModeChip({ mode, modes, onMode }: ModeChipProps): ReactNode {
  const Icon = ICONS[mode]
  const entries = modes.map((one) => ({ id: one, label: modeName(one), about: t(ABOUT[one]), onPick: () => onMode(one) }))
  const look = mode === 'bypass' ? styles['bypass'] : mode === 'plan' ? styles['plan'] : ''
  return (
    <MenuButton
      label={t('Permission mode: {mode}', { mode: modeName(mode) })}
      testId="mode-chip"
      className={`${styles['model']} ${styles['mode']} ${look}`}
      side="top"
      entries={entries}
      chosen={mode}
    >
      <Icon size={13} aria-hidden />
      <span>{modeName(mode)}</span>
      <ChevronDown size={12} aria-hidden />
    </MenuButton>
  )
}
