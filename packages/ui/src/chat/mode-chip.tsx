import type { ReactNode } from 'react'
import { MODE_NAMES, type Mode } from '@tabwright/protocol'
import { ChevronDown, Eye, PencilLine, Rocket, ShieldQuestion, Siren, type LucideIcon } from 'lucide-react'
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

const ABOUT: Readonly<Record<Mode, string>> = {
  ask: 'Reading is free, everything else asks',
  'accept-edits': 'Edits are made and reviewed afterwards; commands ask',
  plan: 'The agent looks, and says what it would do',
  auto: 'Works in the sandbox; secrets, settings and the network ask',
  bypass: 'Nothing in the sandbox asks, until the session is opened again',
}

/** Shows at all times how much may be done without asking, and changes it. */
export function ModeChip({ mode, modes, onMode }: ModeChipProps): ReactNode {
  const Icon = ICONS[mode]
  const entries = modes.map((one) => ({ id: one, label: MODE_NAMES[one], about: ABOUT[one], onPick: () => onMode(one) }))
  const look = mode === 'bypass' ? styles['bypass'] : mode === 'plan' ? styles['plan'] : ''
  return (
    <MenuButton
      label={`Permission mode: ${MODE_NAMES[mode]}`}
      className={`${styles['model']} ${styles['mode']} ${look}`}
      side="top"
      entries={entries}
      chosen={mode}
    >
      <Icon size={13} aria-hidden />
      <span>{MODE_NAMES[mode]}</span>
      <ChevronDown size={12} aria-hidden />
    </MenuButton>
  )
}
