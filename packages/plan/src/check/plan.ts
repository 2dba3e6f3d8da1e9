import type { Plan } from '../plan.ts'
import type { Report } from './report.ts'

export function checkPlan(_plan: Plan, _report: Report): void {}
