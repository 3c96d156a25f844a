import * as z from 'zod';
import { daysBetween } from '../../shared/calendar/day.ts';
import { day } from './asked-person.ts';

const longestDays = 31;

/** Days in Shanghai, both included, at most 31. */
export const period = z
  .strictObject({ from: day, to: day })
  .refine(({ from, to }) => from <= to, 'ends before it begins')
  .refine(({ from, to }) => daysBetween(from, to) < longestDays, `is longer than ${longestDays} days`);
