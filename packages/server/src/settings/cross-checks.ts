import { relative, resolve } from 'node:path'
import { AllowedAddresses } from '@millrace/connectors'
import { type Issue, issue } from '@millrace/plan'
import type { Settings } from './settings.ts'

/** What no schema can say of settings. */
export function crossIssues(settings: Settings): readonly Issue[] {
  return [...addressIssues(settings), ...backupIssues(settings)]
}

/** Ranges of addresses in a setting. */
export function rangesOf(text: string): readonly string[] {
  return text.split(',').flatMap((range) => (range.trim() === '' ? [] : [range.trim()]))
}

function addressIssues({ outgoingAllow }: Settings): readonly Issue[] {
  try {
    new AllowedAddresses(rangesOf(outgoingAllow))
    return []
  } catch (error) {
    return [wrong('outgoingAllow', `cannot be used: ${(error as Error).message}`)]
  }
}

/** A backup within the data would be erased with it, and would hold those before it. */
function backupIssues({ backups, data }: Settings): readonly Issue[] {
  if (backups === null) return []
  const isWithin = (inner: string, outer: string): boolean => !relative(resolve(outer), resolve(inner)).startsWith('..')
  return isWithin(backups, data) || isWithin(data, backups) ? [wrong('backups', 'is within the data folder, or holds it')] : []
}

const wrong = (name: string, reason: string): Issue => issue('SETTING_INVALID', name, { from: name, reason })
