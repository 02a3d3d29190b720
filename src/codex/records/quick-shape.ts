import {
  DOUBT,
  type Scan,
  type ScannedField,
  scanBoolean,
  scanCount,
  scanFields,
  scanInteger,
  scanList,
  scanMap,
  scanNull,
  scanNumber,
  scanString,
  scanValue,
} from '../../json/quick-scan.ts';
import { isStricter, type RecordShapes, type Shape } from './shape.ts';
